"""The items of one run: list, filters, groups, preview and correction."""

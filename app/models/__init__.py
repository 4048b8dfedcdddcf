"""The models that are here: found, built, opened, trusted."""

"""What every page is made of: theme, small widgets, questions, notices."""

"""Batch runs and their items in SQLite: what is on disk before it is shown."""

"""Lists of rows that several pages show: read a window at a time, handled alike."""

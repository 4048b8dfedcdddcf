"""Charts of `app.charts` in the window: drawn, pointed at, walked through with the keys, saved."""

"""The window itself: the application, the frame around the pages, what starts and ends with it."""

"""The pages of the window, strangers to each other; each is a folder."""

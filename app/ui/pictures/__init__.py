"""Pictures on the screen: loading, the large view, the strip, the cards of an answer."""

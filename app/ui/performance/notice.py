"""One sentence for the user, a warning or a piece of news."""

from app.ui.widgets import Text


class Notice(Text):
    """Hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(name="notice", wrap=True)
        self.hide()

    def warn(self, sentence: str) -> None:
        """Say what went wrong."""
        self._show(sentence, "notice")

    def tell(self, sentence: str) -> None:
        """Say what was done."""
        self._show(sentence, "news")

    def _show(self, sentence: str, name: str) -> None:
        self.setObjectName(name)
        self.style().polish(self)
        self.setText(sentence)
        self.show()

    def clear(self) -> None:
        super().clear()
        self.hide()

"""A window at the screen's corner out of which a file, given by its address, can be dragged."""

import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

# The data of a drop is fetched after the mouse is released.
_SERVE_MS = 3000


class Source(QLabel):
    """Starts a drag when the mouse is pressed, and ends with it."""

    def __init__(self, address: str) -> None:
        super().__init__("drag me")
        self._address = QUrl(address)
        self.setWindowTitle("drag source")
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setGeometry(0, 0, 90, 90)

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:
        mime = QMimeData()
        mime.setUrls([self._address])
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction)
        QTimer.singleShot(_SERVE_MS, QApplication.quit)


app = QApplication([])
source = Source(sys.argv[1])
source.show()
sys.exit(app.exec())

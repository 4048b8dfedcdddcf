"""In bundles in the place of `PySide6.QtOpenGLWidgets`, beside `QtOpenGL`."""


class QOpenGLWidget:
    """What pyqtgraph derives classes from that nothing here uses."""

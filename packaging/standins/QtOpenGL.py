"""In bundles in the place of `PySide6.QtOpenGL`: 9 MB that pyqtgraph imports and nothing here uses."""

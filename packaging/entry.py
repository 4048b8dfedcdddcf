"""Where the frozen program starts; PyInstaller wants a plain script."""

import os
import sys

from app.__main__ import main
from app.core import paths

if __name__ == "__main__":
    # Parts of PyTorch make this folder though they put nothing in it; by default among the system's temporary
    # files, where removing the program would leave it.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(paths.cache_folder() / "torchinductor"))
    sys.exit(main())

"""Compile the installer over any folder: `compile.py FOLDER SETUP.exe [TARGET]`. The tests use it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steps.layout import Layout
from steps.windows import compile_installer

compile_installer(Layout(), Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])

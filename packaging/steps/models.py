"""The ready-made models: the program itself builds them, as it would on first use."""

import shutil
import sys
from pathlib import Path

from steps.layout import ROOT, Layout, run


def build_models(layout: Layout) -> Path:
    """Build the scripted file of every card; the folder that holds them."""
    home, folder = layout.work / "models-home", layout.work / "models"
    for old in (home, folder):
        shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = layout.environment(WANWU_HOME=str(home))
    run(sys.executable, "-m", "app", "models", "build", cwd=ROOT, env=environment)
    for file in (home / "data" / "models").glob("*.pt"):
        shutil.copyfile(file, folder / file.name)
    return folder

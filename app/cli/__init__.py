"""The command line: `main` and one module for each command. Results on stdout, all else on stderr."""

from app.cli.main import main

__all__ = ["main"]

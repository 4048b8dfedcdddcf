"""The engines that run on the processor of this machine; others may have more or fewer."""

from app.core.engine_kinds import ENGINES
from app.engines.availability import why_not

# Not torch.compile, which compiles for 20 seconds: tests/cli/test_classify.py runs it once.
ON_THE_CPU = tuple(name for name in ENGINES if name != "torch-compile" and why_not(name, "cpu") is None)

"""What the process imports from which the children of tests are forked. Nothing here may start a thread."""

import app.batch.runner
import app.bench.subject
import app.ui.pictures.loader  # noqa: F401  no Qt in it
from app.engines.torch_runtime import load_timm

load_timm()

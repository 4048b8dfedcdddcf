"""Saving a model as an ONNX file, in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from app.core.stages import Report


class OnnxCopier:
    """Makes ONNX files; called through `app.core.child_process`, since it needs torch."""

    def copy(self, model: str, target: Path, report: Report) -> Path:
        """Build the ONNX form of a model if need be, and copy it to `target`.

        Raises ModelError, EngineError, and WanwuError `output_unwritable`.
        """
        from app.core.engine_kinds import Program
        from app.models.library import export, open_model

        export(open_model(model, report=report), Program.ONNX, target, report=report)
        return target

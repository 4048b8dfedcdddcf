"""Saving what is shown, and the model as ONNX: asks where to, writes, says how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.bench.records import to_json
from app.bench.table import to_csv
from app.core.errors import WanwuError
from app.core.files import write_output
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.charts.painter import to_png
from app.ui.kit.dialogs import users_folder, where_to_save
from app.ui.kit.files import offered

if TYPE_CHECKING:
    from app.ui.pages.performance.content import Content


class Exports:
    """The export menu's actions."""

    def __init__(self, page: Content) -> None:
        self._page = page

    def ask(self, form: str) -> None:
        """Ask for a file and save `png`, `csv`, `json` or `onnx` in it."""
        proposed = users_folder("pictures" if form == "png" else "documents") / self._proposed_name(form)
        title = tr(f"performance.export_{form}")
        path = where_to_save(self._page, "measurements", title, proposed, [form])
        if path is not None:
            self.save(form, path)

    def _proposed_name(self, form: str) -> str:
        figures = self._page.figures
        if form == "onnx" or figures is None:
            return f"{Path(self._page.key.model).stem}.onnx"
        return f"wanwu-{figures.run.when[:16].replace(':', '').replace('T', '-')}.{form}"

    def save(self, form: str, path: Path) -> None:
        """Save `png`, `csv`, `json` or `onnx` as `path`, and say so."""
        notices = self._page.current.notices
        if form == "onnx":
            notices.tell(tr("performance.exporting_onnx"), about=self)
            self._page.measuring.copy_onnx(self._page.key.model, path)
            return
        try:
            write_output(path, self._content(form))
        except WanwuError as error:
            notices.warn(tr.describe(error))
        else:
            self.tell(path)

    def tell(self, path: Path) -> None:
        """Say that a file is there."""
        notices = self._page.current.notices
        sentence = tr("performance.exported", path=printable(str(path)))
        notices.tell(sentence, *offered(path, notices), about=self)

    def _content(self, form: str) -> bytes:
        figures, results = self._page.figures, self._page.results
        if figures is None:
            raise RuntimeError("the menu is not offered before there is a run")
        if form == "csv":
            return to_csv(figures.run)
        return to_json(figures.run).encode() if form == "json" else to_png(results.picture().toImage())

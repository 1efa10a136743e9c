"""Where ``skipx report`` writes: the page or the document, the figures, the Perfetto file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skipx.cli.output import emit_bytes, is_part, refuse_inputs
from skipx.cli.progress import ProgressBar
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.report.document.blocks import Document

PAGE_SUFFIXES = (".html", ".json")
PERFETTO_SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class Outputs:
    """The output options as they were given."""

    page: Path | None
    perfetto: Path | None
    figures: Path | None
    json: bool
    force: bool
    verbose: bool = False

    def check(self, source: str) -> None:
        """Refuse what contradicts or must not be written, before any work."""
        from skipx.report.export import check_writable

        if not self.wants_document and self.perfetto is None:
            raise UsageError(
                "nothing to write", hint="-o report.html, --figures DIR, --perfetto FILE or --json"
            )
        page, perfetto = self.page, self.perfetto
        if self.json and page is not None and page.suffix != ".json":
            raise UsageError(f"--json contradicts the name {page.name!r}", hint="drop one")
        for file, suffixes in ((page, PAGE_SUFFIXES), (perfetto, PERFETTO_SUFFIXES)):
            if file is not None:
                check_writable(file, force=self.force, suffixes=suffixes)
                refuse_inputs(file, [source])
        if page is not None and perfetto is not None and page.absolute() == perfetto.absolute():
            raise UsageError("is given for two outputs", where=str(page))
        if self.figures is not None:
            _check_folder(self.figures, Path(source), force=self.force)

    @property
    def wants_document(self) -> bool:
        """Whether any output is made of the document."""
        return self.page is not None or self.json or self.figures is not None

    def emit(self, document: Document) -> None:
        """Write the page or the JSON, and the figures."""
        if self.page is not None or self.json:
            emit_bytes(self.page, rendered(document, self.page), force=self.force)
        if self.figures is not None:
            _write_figures(document, self.figures, force=self.force)
        if self.verbose:
            _say(document)


def rendered(document: Document, page: Path | None) -> bytes:
    """Return the file that a document becomes, as the name of the page says; else JSON."""
    if page is not None and page.suffix == ".html":
        from skipx.report.html.page import html_page

        return html_page(document).encode()
    from skipx.report.json_text import json_text

    return f"{json_text(document.to_dict())}\n".encode()


def _say(document: Document) -> None:
    """Write the first screen's sentences beside what was written."""
    from skipx.report.text import printable

    summary = document.summary
    for line in (f"{document.marker} {summary.headline}".strip(), summary.reason, *summary.advice):
        if line:
            sys.stderr.write(f"skipx: {printable(line)}\n")


def _check_folder(folder: Path, source: Path, *, force: bool) -> None:
    from skipx.new_file import cannot_write
    from skipx.report.figures.files import require_matplotlib

    require_matplotlib()
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError("is no folder", where=str(folder))
        if not folder.exists() and not folder.parent.is_dir():
            raise UsageError("its folder does not exist", where=str(folder))
        if folder.is_dir() and any(folder.iterdir()) and not force:
            raise UsageError(
                "is not empty, will not write into it", where=str(folder), hint="--force"
            )
    except OSError as error:
        raise cannot_write(folder, error) from error
    if is_part(folder, source):
        raise UsageError(
            "is a part of the input", where=str(folder), hint="write them somewhere else"
        )


def _write_figures(document: Document, folder: Path, *, force: bool) -> None:
    from skipx.new_file import make_folder, write_new
    from skipx.report.figures.files import figure_files
    from skipx.report.header import plural
    from skipx.report.text import printable

    make_folder(folder)
    count = 0
    with ProgressBar(unit="files") as bar:
        bar.phase("drawing figures")
        for name, data in figure_files(document):
            write_new(folder / name, data, force=force)
            count += 1
            bar.update(count, None)
    sys.stderr.write(f"skipx: wrote {plural(count, 'file')} to {printable(str(folder))}\n")

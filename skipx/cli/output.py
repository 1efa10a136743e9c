"""Where a command's result goes: tables or JSON on stdout, or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skipx.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from skipx.report.document.blocks import Document
    from skipx.report.sheets import Sheet

HTML = ".html"


@dataclass(frozen=True, slots=True)
class Result:
    """One command's result in every form; a form is made only when it is asked for."""

    kind: str
    document: Callable[[], Any]
    """JSON-ready: a mapping, or a list of them; the stamp is put into each."""
    sheets: Callable[[], Mapping[str, Sheet]]
    """Tables for CSV and Parquet; the first one is the default."""
    pages: Callable[[], Sequence[RenderableType]]
    """What a person sees, one below the other."""
    report: Callable[[], Document] | None = None
    """What an HTML page is made of, where the command has one."""

    def json_text(self, command: Sequence[str]) -> str:
        """Return the document as JSON text, the stamp in it."""
        return _json(self, command)


@dataclass(frozen=True, slots=True)
class Output:
    """The output options as they were given; ``tables`` are the choices for ``table``."""

    json: bool = False
    file: Path | None = None
    force: bool = False
    table: str | None = None
    tables: Sequence[str] = ()
    html: bool = False
    """Whether the command has an HTML page."""

    def check(self, inputs: Sequence[str] = ()) -> None:
        """Refuse contradictory options and files that must not be written, before any work."""
        from skipx.report.export import SUFFIXES, TABLE_SUFFIXES, check_writable

        if self.table is not None and self.table not in self.tables:
            raise UsageError(
                f"no table named {self.table!r}", hint=f"one of {', '.join(self.tables)}"
            )
        suffix = self.file.suffix if self.file is not None else ""
        if self.table is not None and suffix not in TABLE_SUFFIXES:
            raise UsageError("--table chooses what -o FILE.csv or FILE.parquet holds")
        if self.file is None:
            return
        if self.json and suffix != ".json":
            raise UsageError(f"--json contradicts the name {self.file.name!r}", hint="drop one")
        suffixes = (*SUFFIXES, HTML) if self.html else SUFFIXES
        check_writable(self.file, force=self.force, suffixes=suffixes)
        refuse_inputs(self.file, inputs)

    def emit(self, result: Result, command: Sequence[str]) -> None:
        """Print the result, or write it to the file and say so on stderr."""
        if self.file is not None:
            self._write(self.file, result, command)
        elif self.json:
            sys.stdout.write(result.json_text(command))
        else:
            from skipx.report.console import make_console

            console = make_console()
            for index, page in enumerate(result.pages()):
                console.print(*([""] if index else []), page, sep="\n")

    def _write(self, file: Path, result: Result, command: Sequence[str]) -> None:
        from skipx.report import export
        from skipx.report.stamp import Stamp

        if file.suffix == ".json":
            data = result.json_text(command).encode()
        elif file.suffix == HTML and result.report is not None:
            from skipx.report.html.page import html_page

            data = html_page(result.report()).encode()
        else:
            sheets = result.sheets()
            sheet = sheets[self.table] if self.table else next(iter(sheets.values()))
            stamp = Stamp.here(result.kind, command)
            if file.suffix == ".csv":
                data = export.csv_text(sheet, stamp).encode()
            else:
                data = export.parquet_bytes(sheet, stamp)
        emit_bytes(file, data, force=self.force)


def emit_bytes(file: Path | None, data: bytes, *, force: bool) -> None:
    """Write to the file and say so on stderr, or to stdout where there is none."""
    from skipx.new_file import write_new
    from skipx.report.text import printable

    if file is None:
        sys.stdout.write(data.decode())
        return
    write_new(file, data, force=force)
    sys.stderr.write(f"skipx: wrote {printable(str(file))}\n")


def _json(result: Result, command: Sequence[str]) -> str:
    from skipx.report.json_text import json_text
    from skipx.report.stamp import Stamp

    stamp = {"skipx": Stamp.here(result.kind, command).to_dict()}
    document = result.document()
    if isinstance(document, Mapping):
        return json_text({**document, **stamp}) + "\n"
    return json_text([{**part, **stamp} for part in document]) + "\n"


def refuse_inputs(file: Path, inputs: Sequence[str]) -> None:
    """Raise ``UsageError`` where a file to write is an input, or one that an input is made of."""
    for path in inputs:
        if same_file(file, Path(path)):
            raise UsageError("is one of the inputs", where=str(file))
        if file.exists() and is_part(file, Path(path)):
            raise UsageError(
                "is a part of the input", where=str(file), hint="write it somewhere else"
            )


def is_part(path: Path, folder: Path) -> bool:
    """Tell whether a path is what a run folder or a saved trace is made of, or lies in it."""
    from skipx.prefill.folder import PARTS
    from skipx.sources.saved import FILES

    try:
        inside = path.resolve().relative_to(folder.resolve()).parts[:1]
    except (OSError, RuntimeError, ValueError):
        return False
    return bool(inside) and inside[0] in (*PARTS, *FILES)


def same_file(one: Path, other: Path) -> bool:
    """Tell whether both names are of one file that is there."""
    try:
        return one.samefile(other)
    except OSError:
        return False

"""A progress bar on stderr for work that takes longer than a moment."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from skipx.report.text import printable

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE_S = 1.0
_LABEL_CELLS = 30


class ProgressBar:
    """Shows itself on a terminal once the work has lasted a second; clears itself at its end."""

    def __init__(self, unit: str = "bytes") -> None:
        """Count in ``unit``: bytes, or anything else, which is shown as it is."""
        self._unit = unit
        self._label = ""
        self._done = 0
        self._total: int | None = None
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer = threading.Timer(_PATIENCE_S, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar is not None:
                self._bar.stop()

    @property
    def shown(self) -> bool:
        """Whether the bar is on the screen."""
        return self._bar is not None

    def phase(self, label: str) -> None:
        """Name what is done now; how far it is is unknown until ``update`` tells."""
        self._name(label)
        self.update(0, None)

    def step(self, label: str, done: int, total: int) -> None:
        """Name what is done now within one count, whose remaining time is told from all steps."""
        self._name(label)
        self.update(done, total)

    def update(self, done: int, total: int | None) -> None:
        """Tell how much is done, of how much where that is known."""
        with self._lock:
            # A pipe has no size, and says so with 0.
            self._done, self._total = done, total or None
            self._redraw()

    def refresh(self) -> None:
        """Draw the bar now, instead of at its next turn."""
        if self._bar is not None:
            self._bar.refresh()

    def _name(self, label: str) -> None:
        from skipx.report.name import shorten_to_cells

        self._label = shorten_to_cells(printable(label), _LABEL_CELLS)

    def _redraw(self) -> None:
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, description=self._label, completed=self._done, total=self._total)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        with self._lock:
            if self._timer is None:
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                DownloadColumn(binary_units=True)
                if self._unit == "bytes"
                else MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(file=sys.stderr),
                transient=True,
            )
            self._bar.add_task(self._label, total=self._total)
            self._bar.start()
            self._redraw()

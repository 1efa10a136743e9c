from __future__ import annotations

import io
import re
import sys
import time

import pytest

from skipx.cli import progress
from skipx.cli.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def wait_for(bar: ProgressBar) -> None:
    for _ in range(1_000):
        if bar.shown:
            return
        time.sleep(0.01)
    raise AssertionError("the bar did not show itself")


def test_long_work_shows_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE_S", 0)
    with ProgressBar() as bar:
        wait_for(bar)
        bar.phase("reading [red]x[/red]\x1b[2J")
        bar.update(1_048_576, 4_194_304)
        bar.refresh()
        shown = terminal.getvalue()
    assert "reading [red]x[/red]\\x1b[2J" in shown
    assert "1.0/4.2 MB" in shown or "1.0/4.0 MiB" in shown


def test_steps_of_one_count_tell_the_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE_S", 0)
    with ProgressBar(unit="points") as bar:
        wait_for(bar)
        for done in range(3):
            bar.step(f"model b{done}", done, 1_000_000)
            time.sleep(0.02)
        bar.refresh()
        shown = terminal.getvalue()
    assert "model b2" in shown
    assert "2/1000000" in shown
    # A million steps of some 20 ms: hours, told as they were counted.
    assert re.search(r"\d+:\d\d:\d\d", shown)


@pytest.mark.parametrize("patience", [0, 1_000])
def test_nothing_is_shown_where_it_must_not(patience: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal() if patience else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE_S", patience)
    with ProgressBar() as bar:
        bar.phase("reading")
        bar.update(1, 2)
    assert stream.getvalue() == ""

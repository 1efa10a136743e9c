"""One trace on disk and a command line that runs in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from skipx.cli.main import run
from tests.cli.kineto_file import write_trace


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out, parse_constant=_refuse)


Skipx = Callable[..., Outcome]


@pytest.fixture
def skipx(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Skipx:
    """Return a function that runs a command line, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*arguments: object) -> Outcome:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return invoke


@pytest.fixture
def trace(tmp_path: Path) -> str:
    """Return the path of a sound trace with hostile names."""
    return write_trace(tmp_path / "sound.json")


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")

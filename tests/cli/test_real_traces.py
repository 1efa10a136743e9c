"""Every real trace through every command: no traceback, nothing too wide, strictly valid JSON."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Skipx
from tests.report.rendering import controls, widest
from tests.traces import TRACE_NAMES, trace_path


@pytest.mark.parametrize("name", [name for name in TRACE_NAMES if name.endswith(".json.gz")])
@pytest.mark.parametrize("command", ["analyze", "check", "chains"])
def test_real_trace(skipx: Skipx, command: str, name: str) -> None:
    path = trace_path(name)
    screen = skipx(command, path)
    assert screen.code in ((0, 1) if command == "check" else (0,))
    assert screen.err == ""
    assert widest(screen.out) <= 80
    assert controls(screen.out) == set()
    (one,) = skipx(command, path, "--json", *(["--lengths", "2-64"] * (command == "chains"))).json()
    assert one["file"] == str(path)


def test_all_real_traces_make_one_table(skipx: Skipx) -> None:
    paths = [trace_path(name) for name in TRACE_NAMES if name.endswith(".json.gz")]
    result = skipx("analyze", *paths)
    assert (result.code, result.err) == (0, "")
    assert len(result.out.split("\n\n")[0].splitlines()) == 2 + len(paths)

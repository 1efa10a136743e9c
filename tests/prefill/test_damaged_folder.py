"""A run folder in which anything may be wrong is one line that names the file, never a traceback.

docs/run-folder.md tells what is where; the JSON schemas tell what each file holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipx.errors import BadInputError
from skipx.prefill.folder import PLATFORM
from skipx.prefill.point import Point
from skipx.prefill.reading import MOST_POINTS, is_run, read_run
from skipx.prefill.recordings import recordings
from skipx.prefill.trace_of_run import trace_of_run
from tests.prefill.fakes import run_of_one_point

KEY = Point("gpt2", 1, 16).key
FILES = ("run.json", f"points/{KEY}.json", "tables/analysis.json", f"traces/{KEY}/trace.json")
FLOOR = {"source": "platform:lab", "default_ns": 5000, "by_call": {"cudaLaunchKernel": 5000}}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run folder of one point, with its tables."""
    run_of_one_point(tmp_path / "run")
    tables = {"series": [{"points": [{"key": KEY, "floor": FLOOR}]}]}
    (tmp_path / "run/tables/analysis.json").write_text(json.dumps(tables))
    assert read_run(tmp_path / "run").analysis.points[0].floor is not None
    return tmp_path / "run"


def refused(read: Callable[[], object], file: Path) -> str:
    """Return the line of the error that names ``file``."""
    with pytest.raises(BadInputError) as caught:
        read()
    line = str(caught.value)
    assert str(file) in line
    assert "\n" not in line
    assert len(line) < 1000
    return line


def edit(file: Path, *path: str | int, value: Any) -> None:
    content = json.loads(file.read_text())
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file.write_text(json.dumps(content))


def a_directory(file: Path) -> None:
    file.mkdir()


def a_fifo(file: Path) -> None:
    os.mkfifo(file)


def a_loop_of_links(file: Path) -> None:
    file.symlink_to(file.name)


def nothing(file: Path) -> None:
    file.write_bytes(b"")


def cut_off(file: Path) -> None:
    file.write_bytes(b'{"schema": "skipx.r')


def latin_1(file: Path) -> None:
    file.write_bytes(b'{"model": "\xe9"}')


def a_gigabyte_of_nothing(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(1 << 30)


def brackets(file: Path) -> None:
    file.write_text("[" * 100_000)


def a_list(file: Path) -> None:
    file.write_text("[1]")


def digits(file: Path) -> None:
    file.write_text("1" * 10_000)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "make",
    [
        *(a_directory, a_fifo, a_loop_of_links, nothing, cut_off, latin_1, a_gigabyte_of_nothing),
        *(brackets, a_list, digits),
    ],
)
def test_what_is_no_such_file_is_named(run: Path, name: str, make: Callable[[Path], None]) -> None:
    (run / name).unlink()
    make(run / name)
    refused(lambda: read_run(run), run / name)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("run.json", ("request", "batch"), [float("nan")]),
        ("run.json", ("request", "batch"), [0]),
        ("run.json", ("request", "batch"), [-1]),
        ("run.json", ("request", "batch"), [2**63]),
        ("run.json", ("request", "batch"), [True]),
        ("run.json", ("request", "batch"), [1.5]),
        ("run.json", ("request", "batch"), "1"),
        ("run.json", ("request", "batch"), [1, 1]),
        ("run.json", ("request", "batch"), [4, 1]),
        ("run.json", ("request", "models"), []),
        ("run.json", ("request", "models"), [[1]]),
        ("run.json", ("request", "models"), [""]),
        ("run.json", ("request", "mode"), ["faster"]),
        ("run.json", ("request", "platform"), [float("inf")]),
        ("run.json", ("request", "platform"), None),
        ("run.json", ("request",), []),
        ("run.json", ("request",), {}),
        ("run.json", ("command",), "skipx run"),
        ("run.json", ("environment",), {"skipx": [1]}),
        ("run.json", ("version",), None),
        (FILES[1], ("control_ns",), [float("nan")]),
        (FILES[1], ("control_ns",), [-1]),
        (FILES[1], ("control_ns",), [2**63]),
        (FILES[1], ("control_ns",), 5),
        (FILES[1], ("traced_ns",), float("inf")),
        (FILES[1], ("traced_ns",), ["x"]),
        (FILES[1], ("compile_s",), "x"),
        (FILES[1], ("facts",), [1]),
        (FILES[1], ("readings",), {}),
        (FILES[1], ("readings", "sm_clock_mhz"), [-5, -5]),
        (FILES[1], ("readings", "sm_clock_mhz"), -1),
        (FILES[1], ("readings", "energy_j"), 1e308),
        (FILES[1], ("readings", "throttled"), [1]),
        (FILES[1], ("problem",), 1),
        (FILES[1], ("out_of_memory",), "no"),
        (FILES[1], ("point", "batch"), 2),
        (FILES[1], ("point",), None),
        (FILES[2], ("series",), {}),
        (FILES[2], ("series", 0, "points", 0, "floor", "default_ns"), "x"),
        (FILES[2], ("series", 0, "points", 0, "floor", "default_ns"), -1),
        (FILES[2], ("series", 0, "points", 0, "floor", "by_call"), {"cudaLaunchKernel": 2**63}),
        (FILES[2], ("series", 0, "points", 0, "floor", "by_call"), [1]),
        (FILES[2], ("series", 0, "points", 0, "key"), [1]),
        (FILES[3], ("names",), "x"),
        (FILES[3], ("names",), []),
        (FILES[3], ("names", 0), 5),
        (FILES[3], ("threads",), []),
        (FILES[3], ("threads", 0), [1, 2, 3]),
        (FILES[3], ("version",), []),
        (FILES[3], ("version",), [2**63]),
        (FILES[3], ("source",), {"kind": 5}),
        (FILES[3], ("source", "path"), None),
        (FILES[3], ("counts", "events"), "x"),
        (FILES[3], ("counts", "categories"), {"kernel": None}),
        (FILES[3], ("environment", "devices"), {"zero": "GPU"}),
        (FILES[3], ("environment", "devices"), {"0": None}),
        (FILES[3], ("environment", "metadata"), None),
        (FILES[3], ("environment", "device_properties"), [1]),
    ],
)
def test_a_value_of_another_kind_is_named(
    run: Path, name: str, path: tuple[str | int, ...], value: Any
) -> None:
    edit(run / name, *path, value=value)
    refused(lambda: read_run(run), run / name)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("begin", ["x"]),
        ("begin", [1.5]),
        ("begin", [None]),
        ("begin", [1 << 62]),
        ("begin", [5, 1]),
        ("dur", [-1]),
        ("dur", [(1 << 63) - 1]),
        ("name", [10**6]),
        ("name", [-2]),
        ("call", [10**6]),
    ],
)
def test_a_column_that_cannot_be_followed_is_named(
    run: Path, column: str, values: list[Any]
) -> None:
    path = run / "traces" / KEY / "activities.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index(column)
    whole = [*values, *table.column(column).to_pylist()[len(values) :]]
    if values == ["x"]:
        whole = ["x"] * len(table)
    kind = table.schema.field(column).type if isinstance(values[0], int) else None
    pq.write_table(table.set_column(place, column, pa.array(whole, kind)), path)
    refused(lambda: read_run(run), path.parent)


@pytest.mark.parametrize("make", [a_directory, a_fifo, a_loop_of_links, nothing, cut_off])
def test_a_table_of_a_trace_that_is_none_is_named(run: Path, make: Callable[[Path], None]) -> None:
    path = run / "traces" / KEY / "calls.parquet"
    path.unlink()
    make(path)
    refused(lambda: read_run(run), path)


@pytest.mark.parametrize("make", [a_directory, a_fifo, a_loop_of_links, nothing, cut_off])
def test_a_platform_that_is_none_is_named(run: Path, make: Callable[[Path], None]) -> None:
    make(run / PLATFORM)
    refused(lambda: read_run(run), run / PLATFORM)
    refused(lambda: trace_of_run(run / "traces" / KEY), run / PLATFORM)


def test_more_points_than_a_run_can_have_are_not_listed(run: Path) -> None:
    many = [f"model {number}" for number in range(MOST_POINTS)]
    edit(run / "run.json", "request", "models", value=many)
    edit(run / "run.json", "request", "batch", value=[1, 2])
    assert "200,000" in refused(lambda: read_run(run), run / "run.json")


def test_a_damaged_point_has_no_control(run: Path) -> None:
    edit(run / FILES[1], "control_ns", value=[-1])
    refused(lambda: trace_of_run(run / "traces" / KEY), run / FILES[1])


def test_a_trace_that_is_a_loop_of_links_belongs_to_no_run(run: Path) -> None:
    loop = run / "traces" / "loop"
    loop.symlink_to("loop")
    assert trace_of_run(loop).control_ns is None


def test_a_point_that_is_a_link_to_nothing_is_named(run: Path) -> None:
    (run / FILES[1]).unlink()
    (run / FILES[1]).symlink_to("nowhere")
    refused(lambda: recordings(run), run / FILES[1])


def test_a_name_that_no_file_can_have_is_no_run() -> None:
    assert not is_run(Path("x" * 10_000))


def test_what_a_profiler_says_of_the_machine_may_be_no_number(run: Path) -> None:
    edit(run / FILES[3], "environment", "metadata", value={"clock": float("inf")})
    assert read_run(run).missing == []

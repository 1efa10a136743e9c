from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Skipx
from tests.cli.kineto_file import KERNELS, events, orphan, write_trace
from tests.report.rendering import controls, widest

PROMISED_KEYS = {
    *("file", "kernels", "launched_kernels", "orphan_kernels", "launch_calls", "graph_launches"),
    *("tklqt_ns", "tklqt_all_kernels_ns", "launch_part_ns", "queue_part_ns", "floor_source"),
    *("akd_ns", "kernel_time_ns", "il_ns", "il_start", "gpu_idle_ns", "gpu_idle_union_ns"),
    *("gpu_busy_union_ns", "cpu_idle_ns", "launch_bound_share", "idle_recoverable_ns", "bound"),
    *("hdbi", "top_kernels", "quality"),
}


def test_one_trace_gets_a_screen(skipx: Skipx, trace: str) -> None:
    result = skipx("analyze", trace)
    assert result.code == 0
    assert result.err == ""
    assert "12 kernels · 12 launches · 0 orphans · 4 iterations" in result.out
    assert "CPU-bound" in result.out
    assert widest(result.out) <= 80
    assert controls(result.out) == set()
    assert "[red]softmax[/red]" in result.out


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("more", [[], ["-v"], ["--by", "stream"]], ids=["", "-v", "--by"])
def test_output_is_as_wide_as_asked(
    skipx: Skipx, trace: str, columns: int, more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    result = skipx("analyze", trace, *more)
    assert columns - 8 < widest(result.out) <= columns


def test_json_has_one_object_per_trace_with_the_promised_keys(skipx: Skipx, trace: str) -> None:
    (one,) = skipx("analyze", trace, "--json").json()
    assert one.keys() >= PROMISED_KEYS
    assert one["file"] == trace
    assert (one["kernels"], one["launch_calls"]) == (12, 12)
    assert one["tklqt_ns"] == 12 * 10_000
    assert one["akd_ns"] == 20_000
    assert {row["name"] for row in one["top_kernels"]["by_count"]} == set(KERNELS)
    assert one["skipx"]["schema"] == "skipx.analysis/1"
    assert one["skipx"]["command"] == ["skipx", "analyze", trace, "--json"]


def test_no_kernels_are_null_not_a_number(skipx: Skipx, tmp_path: Path) -> None:
    rows = [row for row in events() if row["cat"] != "kernel"]
    path = write_trace(tmp_path / "cpu.json", rows)
    (one,) = skipx("analyze", path, "--json").json()
    assert one["kernels"] == 0
    for key in ("akd_ns", "gpu_idle_ns", "launch_bound_share", "bound", "hdbi", "floor_source"):
        assert one[key] in (None, "none"), key
    assert "There are no kernels" in skipx("analyze", path).out


def test_several_traces_get_a_row_each(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    other = write_trace(tmp_path / "other.json", [*events(), orphan()])
    result = skipx("analyze", trace, other)
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()[2:4]] == ["sound", "other"]
    assert len(skipx("analyze", trace, other, "--json").json()) == 2


def test_a_bad_trace_among_several_does_not_stop_the_others(
    skipx: Skipx, trace: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    result = skipx("analyze", trace, bad, tmp_path / "absent.json", trace, "--json")
    assert result.code == 3
    assert len(result.json()) == 2
    lines = result.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"skipx: error: {bad}: ")
    assert lines[1].startswith(f"skipx: error: {tmp_path / 'absent.json'}: ")


def test_nothing_is_printed_when_no_trace_can_be_read(skipx: Skipx, tmp_path: Path) -> None:
    result = skipx("analyze", tmp_path / "a.json", tmp_path / "b.json", "--json")
    assert (result.code, result.out) == (3, "")


def test_synthetic_traces_are_marked(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    made_up = write_trace(tmp_path / "made_up.json", synthetic=True)
    assert "SYNTHETIC" in skipx("analyze", made_up).out
    assert "SYNTHETIC" in skipx("analyze", made_up, trace).out
    assert "SYNTHETIC" not in skipx("analyze", trace).out
    assert skipx("analyze", made_up, "--json").json()[0]["synthetic"] is True


@pytest.mark.parametrize("axis", ["region", "device", "stream", "thread"])
def test_by_shows_a_row_for_each_part(skipx: Skipx, trace: str, axis: str) -> None:
    labels = {"region": "ProfilerStep#2", "device": "0", "stream": "0/7", "thread": "1/11"}
    result = skipx("analyze", trace, "--by", axis)
    first_words = [line.split()[0] for line in result.out.splitlines() if line.strip()]
    assert labels[axis] in first_words
    assert "all" in first_words


@pytest.mark.parametrize(
    ("options", "kernels"),
    [
        (["--region", "ProfilerStep#1"], 3),
        (["--region", "ProfilerStep#1", "--nth", "0"], 3),
        (["--step", "2"], 3),
        (["--time-range", "1000:1250"], 3),
        (["--time-range", "1.3ms:"], 9),
        (["--time-range", ":1300"], 3),
        (["--thread", "11"], 12),
        (["--thread", "1/11", "--device", "0"], 12),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_parts_of_a_trace(skipx: Skipx, trace: str, options: list[str], kernels: int) -> None:
    (one,) = skipx("analyze", trace, *options, "--json").json()
    assert one["kernels"] == kernels


def test_top_limits_the_lists(skipx: Skipx, trace: str) -> None:
    (one,) = skipx("analyze", trace, "--top", 1, "--json").json()
    assert [len(rows) for rows in one["top_kernels"].values()] == [1, 1, 1]


def test_templates_collapse(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "t.json", events(["f<int>(int)", "f<float>(float)"]))
    (one,) = skipx("analyze", path, "--collapse-templates", "--json").json()
    assert len(one["top_kernels"]["by_count"]) == 1


def test_truncated_traces_need_partial(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "cut.json", truncate=True)
    assert skipx("analyze", path).code == 3
    (one,) = skipx("analyze", path, "--partial", "--json").json()
    assert 0 < one["kernels"] < 12


def test_stdin_is_a_trace(skipx: Skipx, trace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(trace).open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        (one,) = skipx("analyze", "-", "--json").json()
    assert one["kernels"] == 12


@pytest.mark.parametrize("table", [None, "metrics", "top_kernels", "breakdowns"])
def test_export_of_each_table(skipx: Skipx, trace: str, tmp_path: Path, table: str | None) -> None:
    choice = [] if table is None else ["--table", table]
    for suffix in ("csv", "parquet"):
        result = skipx("analyze", trace, "-o", tmp_path / f"out.{suffix}", *choice)
        assert result.code == 0
        assert result.out == ""
        assert result.err == f"skipx: wrote {tmp_path / f'out.{suffix}'}\n"
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table_read = pq.read_table(tmp_path / "out.parquet")
    assert len(rows) == table_read.num_rows > 0
    assert {row["file"] for row in rows} == {trace}
    column = "count" if table == "top_kernels" else "kernels"
    assert [int(row[column]) for row in rows] == table_read[column].to_pylist()


def test_json_file_holds_what_stdout_would(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    assert skipx("analyze", trace, "-o", file).code == 0
    written = json.loads(file.read_text())
    printed = skipx("analyze", trace, "--json").json()
    for document in (written, printed):
        document[0]["skipx"].pop("command")
    assert written == printed


def test_force_overwrites(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("precious")
    assert skipx("analyze", trace, "-o", file).code == 2
    assert file.read_text() == "precious"
    assert skipx("analyze", trace, "-o", file, "--force").code == 0
    assert file.read_text() != "precious"


def test_an_input_is_never_overwritten(skipx: Skipx, trace: str) -> None:
    before = Path(trace).read_bytes()
    result = skipx("analyze", trace, "-o", trace, "--force")
    assert result.code == 2
    assert "is one of the inputs" in result.err
    assert Path(trace).read_bytes() == before

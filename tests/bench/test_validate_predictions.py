"""The validation of predictions: recordings in, rows and exit codes out; no device, no V3."""

from __future__ import annotations

import dataclasses
import json
import tarfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx import platforms
from skipx.examples import example_path
from skipx.platforms import Definition, PerCall, Platform, Provenance, Quantity
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.stored import store
from skipx.sources import save_trace
from skipx.whatif.validation import Validated
from tests.whatif.test_validation_queue import full_queue
from tests.whatif.traces import machine, model_trace

BENCH = Path(__file__).resolve().parents[2] / "bench"
FOUR = [("a", 20_000), ("b", 20_000), ("c", 20_000)]


@pytest.fixture
def validate(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("validate_predictions")


@pytest.fixture
def recordings(validate: Any) -> Any:
    return import_module("validation.recordings")


def run_of(
    folder: Path,
    points: Sequence[tuple[Point, list[int]]],
    settings: dict[str, Any] | None = None,
) -> Path:
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    for point, control in points:
        outcome = Outcome(point, trace=model_trace(FOUR), control_ns=np.array(control))
        store(folder, outcome, settings or {})
    return folder


def both(graph_ns: int, platform: str = "") -> list[tuple[Point, list[int]]]:
    return [
        (Point("gpt2", 1, 512, Mode.EAGER, platform=platform), [90_000]),
        (Point("gpt2", 1, 512, Mode.GRAPH, platform=platform), [graph_ns] * 3),
    ]


def pack(folder: Path, file: Path) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for path in folder.iterdir():
            archive.add(path, path.name)
    return file


def known() -> Platform:
    return dataclasses.replace(
        machine(),
        provenance=Provenance.PUBLISHED,
        citation="a test",
        call_ns=PerCall(default=Quantity(100, Definition.CALL)),
    )


def kinds_of(rows: Sequence[Validated]) -> list[str]:
    return [row.test for row in rows]


def test_a_trace_has_its_replay_and_no_graph(validate: Any, capsys: Any) -> None:
    assert validate.main([str(example_path())]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("V1     ") and "synthetic" in line for line in lines)
    assert "V2     1 rows" in lines[-6]
    assert [line for line in lines if line.endswith("nothing to compare")] == [
        f"{test:7}nothing to compare" for test in ("V3", "V4", "V5", "chain", "fusion")
    ]


def test_what_is_recorded_here_is_read(validate: Any, recordings: Any, capsys: Any) -> None:
    """The real traces and the battery's results, on whatever machine has them."""
    code = validate.main([])
    printed = capsys.readouterr()
    if not recordings.recordings():
        assert (code, printed.out) == (2, "")
        assert "no recordings" in printed.err
        return
    assert code in (0, 1), printed.err
    assert (code == 1) == ("MISSED" in printed.out)
    assert sum(line.startswith("V1     ") for line in printed.out.splitlines()) > 1


def test_a_run_compares_the_graph_with_what_was_measured(
    validate: Any, recordings: Any, tmp_path: Path, capsys: Any
) -> None:
    folder = run_of(tmp_path / "run", both(60_500))
    rows = recordings.rows_of_path(folder)
    (graph,) = [row for row in rows if row.test == "V3"]
    assert graph.measured == 60_500
    assert abs(graph.error) < 0.05
    far = run_of(tmp_path / "far", both(90_000))
    assert validate.main([str(far)]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_a_battery_folder_is_read_file_by_file(recordings: Any, tmp_path: Path) -> None:
    made, battery = tmp_path / "made", tmp_path / "battery"
    made.mkdir()
    battery.mkdir()
    run = run_of(made / "run", both(60_500))
    pack(run, battery / "sweep.tar.gz")
    other = made / "recordings"
    other.mkdir()
    save_trace(full_queue(2_000), other / "burst")
    (other / "bursts.json").write_text(json.dumps(bursts()))
    pack(other, battery / "recordings.tar.gz")
    replay_of(battery / "replay.json")
    platforms.write(known(), battery / "platform.json")
    (battery / "battery.json").write_text('{"synthetic": false}')
    rows = recordings.rows_of_path(battery)
    assert kinds_of(rows) == ["V1", "V2", "V3", *["V5"] * 2, "V1", *["V5"] * 5, "chain"]
    assert not any(row.synthetic for row in rows)
    # One word of the battery's state marks them all.
    (battery / "battery.json").write_text('{"synthetic": true}')
    assert all(row.synthetic for row in recordings.rows_of_path(battery))
    assert all(row.synthetic for row in recordings.rows_of_path(battery / "sweep.tar.gz"))


def test_the_platform_beside_a_recording_is_its_machine(recordings: Any, tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", both(60_500))
    (estimated,) = [row for row in recordings.rows_of_path(folder) if row.test == "V3"]
    assert "graph costs: default" in estimated.note
    platforms.write(known(), folder / "platform.json")
    (stated,) = [row for row in recordings.rows_of_path(folder) if row.test == "V3"]
    assert "graph costs: preset:bench" in stated.note


def test_emulated_graphs_prove_nothing(recordings: Any, tmp_path: Path) -> None:
    rows = recordings.rows_of_path(run_of(tmp_path / "run", both(60_500, "intel-h100")))
    assert kinds_of(rows) == ["V1", "V2"]
    assert all(row.synthetic for row in rows)


def test_a_run_on_stand_ins_is_marked(
    validate: Any, recordings: Any, tmp_path: Path, capsys: Any
) -> None:
    folder = run_of(tmp_path / "run", both(90_000), {"synthetic": True})
    assert all(row.synthetic for row in recordings.rows_of_path(folder))
    # Far from the graph's latency, but no device has missed anything.
    assert validate.main([str(folder)]) == 0
    assert capsys.readouterr().out.startswith("SYNTHETIC")


def bursts(*, synthetic: bool = False) -> dict[str, Any]:
    def times(launches: int) -> dict[str, Any]:
        issue, total = 10 * launches, 50 + 100 * launches
        return {"launches": launches, "issue_ns": [issue], "total_ns": [total]}

    found = [times(launches) for launches in (128, 256, 512)]
    return {"kernel": "sleep", "synthetic": synthetic, "bursts": found}


def test_bursts_are_predicted_with_the_queue_of_the_platform(
    recordings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "bursts.json"
    path.write_text(json.dumps(bursts()))
    issue, total = recordings.rows_of_path(path)
    assert (issue.case, issue.predicted, total.predicted) == ("sleep burst of 512", 5_120, 51_250)
    deep = dataclasses.replace(known(), queue_depth=Quantity(100, Definition.QUEUE_DEPTH))
    (refused,) = recordings.rows_of_path(path, deep)
    assert "at most 50 launches" in refused.note
    path.write_text(json.dumps(bursts(synthetic=True)))
    assert all(row.synthetic for row in recordings.rows_of_path(path))


def replay_of(path: Path, *, synthetic: bool = False) -> Path:
    def times(launches: int, graph: int) -> dict[str, dict[str, int]]:
        return {"launches": {"median": launches}, "graph": {"median": graph}}

    timed = {"length": 3, "warm": times(400, 250), "gated": times(62, 60)}
    refused = {"length": 2, "warm": None, "gated": None}
    document = {"workload": "decoder", "synthetic": synthetic, "chains": [timed, refused]}
    path.write_text(json.dumps(document))
    return path


def test_a_replay_tells_what_chains_saved(
    validate: Any, recordings: Any, tmp_path: Path, capsys: Any
) -> None:
    path = replay_of(tmp_path / "replay.json")
    assert validate.main([str(path)]) == 2
    assert "needs the platform" in capsys.readouterr().err
    rows = recordings.rows_of_path(path, known())
    assert [(row.test, row.case, row.measured, row.synthetic) for row in rows] == [
        ("chain", "decoder chain 1", 150, False)
    ]
    (row,) = recordings.rows_of_path(replay_of(path, synthetic=True), known())
    assert row.synthetic


def test_live_needs_a_device(validate: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", list)
    assert validate.main(["--live"]) == 4
    assert "no GPU to measure on" in capsys.readouterr().err


def test_live_measures_what_is_needed(validate: Any, capsys: Any) -> None:
    live, needed = (import_module(f"validation.{name}") for name in ("live", "needed"))
    asked: list[Point] = []

    def measure(point: Point) -> Outcome:
        asked.append(point)
        return Outcome(point, problem="no device" if point.mode == Mode.GRAPH else None)

    outcomes = live.measured(measure)
    assert asked == [point for row in needed.needed() for point in row]
    assert len(list(outcomes)) == len(asked)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(asked)
    assert sum(line.endswith(": no device") for line in told) == 16


@pytest.mark.parametrize("name", ["broken.json.gz", "sweep.tar.gz", "bursts.json"])
def test_damaged_input_is_one_line(validate: Any, tmp_path: Path, capsys: Any, name: str) -> None:
    broken = tmp_path / name
    broken.write_bytes(b"no gzip")
    assert validate.main([str(broken)]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_one_damaged_of_several_costs_one_row(
    validate: Any, recordings: Any, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / "trace.json.gz").write_bytes(example_path().read_bytes())
    (tmp_path / "recordings.tar.gz").write_bytes(b"cut off")
    replay_of(tmp_path / "replay.json")
    rows = recordings.rows_of_path(tmp_path)
    assert kinds_of(rows) == ["V1", "chain", "V1", "V2"]
    damaged, chain, *_ = rows
    assert "cannot be unpacked" in damaged.note
    assert "needs the platform" in chain.note
    assert validate.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("refused;") == 2


def test_a_folder_without_recordings_is_told(validate: Any, tmp_path: Path, capsys: Any) -> None:
    assert validate.main([str(tmp_path)]) == 2
    assert "no recordings" in capsys.readouterr().err

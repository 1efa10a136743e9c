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

from skipx.errors import UsageError
from skipx.examples import example_path
from skipx.platforms import Definition, PerCall, Quantity
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.stored import store
from tests.whatif.traces import machine, model_trace

BENCH = Path(__file__).resolve().parents[2] / "bench"
FOUR = [("a", 20_000), ("b", 20_000), ("c", 20_000)]


@pytest.fixture
def validate(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("validate_predictions")


def run_of(folder: Path, points: Sequence[tuple[Point, list[int]]]) -> Path:
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    for point, control in points:
        trace = model_trace(FOUR) if point.mode == Mode.EAGER else None
        store(folder, Outcome(point, trace=trace, control_ns=np.array(control)), {})
    return folder


def both(graph_ns: int, platform: str = "") -> list[tuple[Point, list[int]]]:
    return [
        (Point("gpt2", 1, 512, Mode.EAGER, platform=platform), [90_000]),
        (Point("gpt2", 1, 512, Mode.GRAPH, platform=platform), [graph_ns] * 3),
    ]


def test_a_trace_has_its_replay_and_no_graph(validate: Any, capsys: Any) -> None:
    assert validate.main([str(example_path())]) == 0
    out = capsys.readouterr().out
    assert "V1" in out
    assert "V2" in out
    assert "V3: no recorded graph latencies" in out


def test_a_run_compares_the_graph_with_what_was_measured(
    validate: Any, tmp_path: Path, capsys: Any
) -> None:
    folder = run_of(tmp_path / "run", both(60_500))
    rows = validate.of_path(folder, None)
    (graph,) = [row for row in rows if row.test == "V3"]
    assert graph.measured_ns == 60_500
    assert abs(graph.error) < 0.05
    far = run_of(tmp_path / "far", both(90_000))
    assert validate.main([str(far)]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_a_packed_run_is_read_as_it_is(validate: Any, tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", both(60_500))
    with tarfile.open(tmp_path / "sweep.tar.gz", "w:gz") as archive:
        for path in folder.iterdir():
            archive.add(path, path.name)
    rows = validate.of_path(tmp_path / "sweep.tar.gz", None)
    assert [row.test for row in rows] == ["V1", "V2", "V3"]


def test_emulated_graphs_prove_nothing(validate: Any, tmp_path: Path) -> None:
    rows = validate.of_path(run_of(tmp_path / "run", both(60_500, "intel-h100")), None)
    assert [row.test for row in rows] == ["V1", "V2"]


def replay_of(path: Path, *, synthetic: bool = False) -> Path:
    def times(launches: int, graph: int) -> dict[str, dict[str, int]]:
        return {"launches": {"median": launches}, "graph": {"median": graph}}

    timed = {"length": 3, "warm": times(400, 250), "gated": times(62, 60)}
    refused = {"length": 2, "warm": None, "gated": None}
    document = {"workload": "decoder", "synthetic": synthetic, "chains": [timed, refused]}
    path.write_text(json.dumps(document))
    return path


def test_a_replay_tells_what_chains_saved(validate: Any, tmp_path: Path, capsys: Any) -> None:
    path = replay_of(tmp_path / "replay.json")
    assert validate.main([str(path)]) == 2
    assert "needs the platform" in capsys.readouterr().err
    platform = dataclasses.replace(
        machine(), call_ns=PerCall(default=Quantity(100, Definition.CALL))
    )
    rows = validate.of_path(path, platform)
    assert [(row.test, row.case, row.measured_ns) for row in rows] == [
        ("chain", "decoder chain 1", 150)
    ]


def test_stand_ins_prove_nothing(validate: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not measured on a device"):
        validate.of_path(replay_of(tmp_path / "replay.json", synthetic=True), machine())


def test_live_needs_a_device(validate: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", list)
    assert validate.main(["--live"]) == 4
    assert "no GPU to measure on" in capsys.readouterr().err


def test_live_measures_every_model_eager_and_as_a_graph(validate: Any) -> None:
    points = [one.point for one in validate.live(lambda point: Outcome(point))]
    assert len(points) == 4 * 4 * 2
    assert {point.mode for point in points} == {Mode.EAGER, Mode.GRAPH}


def test_damaged_and_missing_input_is_one_line(validate: Any, tmp_path: Path, capsys: Any) -> None:
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"no gzip")
    assert validate.main([str(broken)]) == 3
    assert capsys.readouterr().err.count("\n") == 1

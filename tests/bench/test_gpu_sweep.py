"""The battery's sweep with a device that is a few lines of arithmetic: nothing measured is lost."""

from __future__ import annotations

import tarfile
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import UsageError
from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.reading import read_run
from tests.prefill.fakes import fake_outcome

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("gpu_sweep")


class Device:
    """Measures points by arithmetic, and ends after some of them."""

    def __init__(self, ends_after: int = 1000) -> None:
        self.points: list[Point] = []
        self._ends_after = ends_after

    def __call__(self, point: Point) -> Outcome:
        if len(self.points) == self._ends_after:
            raise KeyboardInterrupt
        self.points.append(point)
        return fake_outcome(point)


ROWS = [[Point("gpt2", batch, 512, mode) for batch in (1, 8)] for mode in (Mode.EAGER, Mode.GRAPH)]


def test_every_point_is_in_the_file(sweep: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.tar.gz"
    device = Device()
    found = sweep.sweep_into(file, ROWS, device)
    assert [outcome.point for outcome in found] == [point for row in ROWS for point in row]
    assert device.points == [outcome.point for outcome in found]
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "run", filter="data")
    with RunFolder.open(tmp_path / "run", sweep.REQUEST, [], resume=True) as folder:
        for outcome in found:
            kept = folder.kept(outcome.point)
            assert kept is not None
            assert kept.outcome.control_ns.tolist() == outcome.control_ns.tolist()
            assert kept.outcome.trace is not None
            assert len(kept.outcome.trace.activities) == len(outcome.trace.activities)


def test_what_was_unpacked_is_read_as_a_run(sweep: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.tar.gz"
    sweep.sweep_into(file, [*ROWS, *sweep.needed()[8:10]], Device())
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "run", filter="data")
    run = read_run(tmp_path / "run")
    assert {series.points[0].point.model for series in run.analysis.series} == {"gpt2"}
    asked = [point for row in sweep.planned() for point in row if point.model in sweep.MODELS]
    assert {point.key for point in run.missing} >= {p.key for p in asked} - {
        point.key for row in ROWS for point in row
    }


def test_it_goes_on_where_it_was_cut_off(sweep: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.tar.gz"
    first, second = Device(ends_after=3), Device()
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep_into(file, ROWS, first)
    found = sweep.sweep_into(file, ROWS, second)
    assert len(found) == 4
    assert [*first.points, *second.points] == [point for row in ROWS for point in row]


def test_a_model_that_cannot_be_made_does_not_cost_the_others(sweep: Any, tmp_path: Path) -> None:
    device = Device()

    def measure(point: Point) -> Outcome:
        if point == ROWS[0][0]:
            raise UsageError("has no eager attention here")
        return device(point)

    found = sweep.sweep_into(tmp_path / "sweep.tar.gz", ROWS, measure)
    assert [one.problem for one in found] == ["has no eager attention here", None, None, None]


def test_points_of_other_sources_are_measured_again(
    sweep: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sweep.tar.gz"
    sweep.sweep_into(file, ROWS, Device())
    monkeypatch.setattr(sweep, "fingerprint", lambda root, folders: "others")
    again = Device()
    sweep.sweep_into(file, ROWS, again)
    assert len(again.points) == 4


def test_the_planned_points_are_those_that_are_asked_for(sweep: Any) -> None:
    rows = sweep.planned()
    everything = [point for row in rows for point in row]
    assert len(set(everything)) == len(everything)
    assert all([p.batch for p in row] == sorted(p.batch for p in row) for row in rows)
    # What predictions are compared with comes first.
    needed = [point for row in sweep.needed() for point in row]
    assert everything[: len(needed)] == needed
    points = [point for point in everything if point.model in sweep.MODELS]
    assert len({point.model for point in points}) == 4
    counts = Counter((point.mode, point.batch) for point in points)
    assert {batch for mode, batch in counts if mode == Mode.EAGER} == {1, 2, 4, 8, 16, 32, 64}
    assert {batch for mode, batch in counts if mode == Mode.CUDAGRAPHS} == {1, 2, 4, 8, 16, 32, 64}
    assert {batch for mode, batch in counts if mode == Mode.GRAPH} == {1, 2, 4, 8, 32}
    assert set(counts.values()) == {4}


def test_a_file_that_would_grow_too_large_is_left_as_it_was(
    sweep: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sweep.tar.gz"
    first = sweep.sweep_into(file, ROWS[:1], Device())
    held = file.read_bytes()
    pack = sweep.pack
    monkeypatch.setattr(sweep, "pack", lambda folder, file: pack(folder, file, len(held)))
    found = sweep.sweep_into(file, ROWS, Device())
    assert len(found) == len(first) == 2
    assert file.read_bytes() == held
    assert f"sweep.tar.gz is full: {ROWS[1][0].key}" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.tar.gz"]


@pytest.mark.parametrize(("arguments", "rows"), [([], "planned"), (["--needed"], "needed")])
def test_what_is_asked_for_is_measured(
    sweep: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    rows: str,
) -> None:
    others = {"planned": "needed", "needed": "planned"}
    monkeypatch.setattr(sweep, rows, lambda: ROWS)
    monkeypatch.setattr(sweep, others[rows], list)
    monkeypatch.setattr(sweep, "measure", lambda point, settings: fake_outcome(point))
    monkeypatch.setattr(sweep.sys, "argv", ["gpu_sweep.py", str(tmp_path / "s.tar.gz"), *arguments])
    monkeypatch.setattr(sweep.signal, "signal", lambda number, handler: None)
    assert sweep.main() == 0
    with tarfile.open(tmp_path / "s.tar.gz") as archive:
        assert sum(name.startswith("points/") for name in archive.getnames()) == 4


def test_a_point_that_failed_is_told_and_ends_with_1(
    sweep: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(point: Point, settings: object) -> Outcome:
        return Outcome(point, problem="it crashed") if point.batch == 8 else fake_outcome(point)

    monkeypatch.setattr(sweep, "planned", lambda: ROWS)
    monkeypatch.setattr(sweep, "measure", measure)
    monkeypatch.setattr(sweep.sys, "argv", ["gpu_sweep.py", str(tmp_path / "s.tar.gz")])
    monkeypatch.setattr(sweep.signal, "signal", lambda number, handler: None)
    assert sweep.main() == 1
    output = capsys.readouterr().out
    assert "gpt2 graph b8: it crashed" in output
    assert output.splitlines()[-1] == "2 of 4 points measured"


def test_the_summary_has_the_latency_of_each_mode_at_batch_1(sweep: Any, tmp_path: Path) -> None:
    sweep.sweep_into(tmp_path / "sweep.tar.gz", ROWS, Device())
    figures = import_module("battery.figures")
    count, line = figures.sweep(tmp_path)
    assert count == "4 points, 0 with problems"
    control = fake_outcome(ROWS[0][0]).control_ns
    shown = f"{sorted(control.tolist())[(len(control) - 1) // 2] / 1000:.2f} us"
    assert line == f"gpt2 b1: eager {shown}, graph {shown}"

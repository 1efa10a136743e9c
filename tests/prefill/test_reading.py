"""A run folder read again tells what the run told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skipx.errors import BadInputError
from skipx.prefill.folder import RunFolder
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.reading import is_run, read_run
from skipx.prefill.sweep import Sweep, run_sweep
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep
from skipx.report.sweep_document import sweep_document
from tests.prefill.fakes import FLOOR_NS, PLATFORM, fake_outcome

SWEEP = Sweep(["gpt2", "bert-base-uncased"], [1, 4, 16], platforms=["quick", "slow"])


def run(path: Path, *, tables: bool = False, only: int = 99) -> SweepAnalysis:
    """Make a run folder of the fake device and return the run's own analysis."""
    with RunFolder.open(path, SWEEP.to_dict(), ["skipx", "run"]) as folder:
        rows = SWEEP.rows()[:only]
        steps = run_sweep(rows, fake_outcome, folder, settings=lambda point: {})
        found = analyze_sweep([analyze_point(step.outcome, PLATFORM) for step in steps])
    if tables:
        (path / "tables").mkdir()
        (path / "tables/analysis.json").write_text(json.dumps(sweep_document(found, "run")))
    return found


def plain(analysis: SweepAnalysis) -> object:
    return json.loads(json.dumps(sweep_document(analysis, "run")))


def test_the_same_folder_tells_the_same(tmp_path: Path) -> None:
    told = run(tmp_path / "run", tables=True)
    again = read_run(tmp_path / "run")
    assert plain(again.analysis) == plain(told)
    assert again.manifest.command == ["skipx", "run"]
    assert again.missing == []


def test_without_tables_the_first_floor_that_a_trace_tells_holds_for_all(tmp_path: Path) -> None:
    run(tmp_path / "run")
    found = read_run(tmp_path / "run").analysis
    floors = [point.floor for point in found.points]
    assert {floor.default_ns for floor in floors if floor} == {FLOOR_NS}
    first = found.points[0].point.key
    assert [floor.source for floor in floors if floor] == ["trace"] + [f"trace:{first}"] * 11


def test_a_platform_that_is_named_wins(tmp_path: Path) -> None:
    run(tmp_path / "run", tables=True)
    found = read_run(tmp_path / "run", platform=PLATFORM).analysis
    assert {point.floor.source for point in found.points if point.floor} == {
        f"platform:{PLATFORM.name}"
    }


def test_an_unfinished_run_is_read_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    run(tmp_path / "run", only=1)
    found = read_run(tmp_path / "run")
    assert [point.point.batch for point in found.analysis.points] == [1, 4, 16]
    assert len(found.missing) == 9


def test_progress_is_told_point_by_point(tmp_path: Path) -> None:
    run(tmp_path / "run", only=1)
    told: list[tuple[int, int]] = []
    read_run(tmp_path / "run", progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 12) for done in range(12)]


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    assert not is_run(tmp_path)
    with pytest.raises(BadInputError, match=r"there is no run\.json"):
        read_run(tmp_path)
    run(tmp_path / "empty", only=0)
    with pytest.raises(BadInputError, match="no point of this run is finished"):
        read_run(tmp_path / "empty")


@pytest.mark.parametrize("damage", ["{", '{"series": 1}', '{"series": [{"points": [{}]}]}'])
def test_damaged_tables_are_named(tmp_path: Path, damage: str) -> None:
    run(tmp_path / "run", tables=True)
    (tmp_path / "run/tables/analysis.json").write_text(damage)
    with pytest.raises(BadInputError, match=r"analysis\.json"):
        read_run(tmp_path / "run")

"""The driver: what is measured, what is taken from the folder, and what a failure costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import MeasurementRefusedError, UsageError
from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.sweep import Step, Sweep, run_sweep
from tests.prefill.fakes import fake_outcome

SWEEP = Sweep(models=["toy", "other"], batches=[1, 2, 4], sequences=[16])


class Device:
    """Answers points as the fake device does and counts how often it was asked."""

    def __init__(self, **failures: Any) -> None:
        self.asked: list[Point] = []
        self._failures = failures

    def __call__(self, point: Point) -> Outcome:
        self.asked.append(point)
        failure = self._failures.get(f"{point.model}_{point.batch}")
        if isinstance(failure, BaseException):
            raise failure
        return failure(point) if failure else fake_outcome(point)


def out_of_memory(point: Point) -> Outcome:
    return Outcome(point, problem="out of memory: 80 GiB asked for", out_of_memory=True)


def sweep(
    path: Path,
    device: Device,
    *,
    resume: bool = False,
    settings: Mapping[str, Any] | None = None,
    rows: Sequence[Sequence[Point]] | None = None,
) -> list[Step]:
    with RunFolder.open(path, SWEEP.to_dict(), ["skipx"], resume=resume) as folder:
        return list(
            run_sweep(
                rows or SWEEP.rows(), device, folder, settings=lambda point: settings or {"v": 1}
            )
        )


def test_rows_are_every_combination_with_batch_sizes_ascending() -> None:
    grid = Sweep(
        models=["a", "b"],
        batches=[1, 8],
        modes=[Mode.EAGER, Mode.GRAPH],
        sequences=[128, 512],
        platforms=["x", "y"],
    )
    rows = grid.rows()
    assert len(rows) == 16
    assert all([point.batch for point in row] == [1, 8] for row in rows)
    assert len({point.key for row in rows for point in row}) == 32


def test_every_point_is_measured_once_and_kept(tmp_path: Path) -> None:
    device = Device()
    steps = sweep(tmp_path / "run", device)
    points = [point for row in SWEEP.rows() for point in row]
    assert device.asked == points
    assert [step.outcome.point for step in steps] == points
    assert len(list((tmp_path / "run" / "points").iterdir())) == len(points)


def test_memory_that_ends_ends_its_row_and_not_the_run(tmp_path: Path) -> None:
    device = Device(toy_2=out_of_memory)
    steps = sweep(tmp_path / "run", device)
    problems = {step.outcome.point.batch: step.outcome.problem for step in steps[:3]}
    assert problems == {
        1: None,
        2: "out of memory: 80 GiB asked for",
        4: "not tried: out of memory at batch 2",
    }
    assert all(step.outcome.problem is None for step in steps[3:])
    assert Point("toy", 4, 16) not in device.asked


def test_a_resumed_run_measures_only_what_is_missing(tmp_path: Path) -> None:
    first = Device(other_2=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        sweep(tmp_path / "run", first)
    second = Device()
    steps = sweep(tmp_path / "run", second, resume=True)
    assert [point.batch for point in second.asked] == [2, 4]
    assert [step.reused for step in steps] == [True] * 4 + [False] * 2
    assert all(step.outcome.trace is not None for step in steps)


def test_a_row_without_memory_is_finished(tmp_path: Path) -> None:
    sweep(tmp_path / "run", Device(toy_2=out_of_memory))
    again = Device()
    sweep(tmp_path / "run", again, resume=True)
    assert again.asked == []


def test_a_failure_is_tried_again(tmp_path: Path) -> None:
    def crash(point: Point) -> Outcome:
        return Outcome(point, problem="the process died")

    sweep(tmp_path / "run", Device(toy_2=crash))
    again = Device()
    steps = sweep(tmp_path / "run", again, resume=True)
    assert again.asked == [Point("toy", 2, 16)]
    assert steps[1].again == "it had failed: the process died"


def test_other_settings_measure_again_and_say_which(tmp_path: Path) -> None:
    sweep(tmp_path / "run", Device(), settings={"torch": "2.12", "gpu": "H200"})
    again = Device()
    steps = sweep(tmp_path / "run", again, resume=True, settings={"torch": "2.13", "gpu": "H200"})
    assert len(again.asked) == 6
    assert {step.again for step in steps} == {"other settings: torch"}


def test_a_refused_measurement_is_a_problem_of_its_point(tmp_path: Path) -> None:
    refused = MeasurementRefusedError("12 records were dropped", hint="fewer iterations")
    steps = sweep(tmp_path / "run", Device(toy_1=refused))
    assert steps[0].outcome.problem == "12 records were dropped (fewer iterations)"
    assert [step.outcome.problem for step in steps[1:]] == [None] * 5


def test_any_other_error_ends_the_run_and_keeps_what_is_finished(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no model"):
        sweep(tmp_path / "run", Device(other_1=UsageError("no model")))
    again = Device()
    sweep(tmp_path / "run", again, resume=True)
    assert {point.model for point in again.asked} == {"other"}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"point": 3}', b"\xff\xfe"])
def test_a_damaged_point_is_measured_again_and_says_why(tmp_path: Path, damage: bytes) -> None:
    sweep(tmp_path / "run", Device())
    point = Point("toy", 2, 16)
    file = tmp_path / "run" / "points" / f"{point.key}.json"
    file.write_bytes(damage)
    again = Device()
    steps = sweep(tmp_path / "run", again, resume=True)
    assert again.asked == [point]
    assert file.name in steps[1].again


def test_a_damaged_trace_is_measured_again(tmp_path: Path) -> None:
    sweep(tmp_path / "run", Device())
    point = Point("other", 1, 16)
    (tmp_path / "run" / "traces" / point.key / "ops.parquet").write_bytes(b"no parquet")
    again = Device()
    sweep(tmp_path / "run", again, resume=True)
    assert again.asked == [point]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"models": []}, "without models"),
        ({"batches": [4, 2]}, "batch sizes ascend"),
        ({"batches": [2, 2]}, "batches names one twice"),
        ({"batches": [0, 2]}, "counts from 1"),
        ({"modes": ["jit"]}, "no mode named 'jit'"),
    ],
)
def test_a_sweep_that_cannot_be_is_one_line(changes: dict[str, Any], complaint: str) -> None:
    values: dict[str, Any] = {"models": ["toy"], "batches": [1, 2]}
    with pytest.raises(UsageError, match=complaint):
        Sweep(**values | changes).rows()

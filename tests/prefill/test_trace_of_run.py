"""What a run folder knows of its traces: untraced times and the platform measured into it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from skipx.errors import BadInputError
from skipx.platforms import write
from skipx.prefill.folder import PLATFORM
from skipx.prefill.manifest import Manifest
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.stored import store
from skipx.prefill.trace_of_run import TraceOfRun, trace_of_run
from tests.whatif.traces import machine, published


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Return where a run folder has the trace of its only point."""
    Manifest({}, ["skipx", "run"]).write(tmp_path)
    point = Point("gpt2", 1, 16)
    store(tmp_path, Outcome(point, control_ns=np.array([40, 10, 30, 20])), {})
    found = tmp_path / "traces" / point.key
    found.mkdir(parents=True)
    return found


def point_of(trace: Path) -> Path:
    """Return the file of the point that a trace belongs to."""
    return trace.parents[1] / "points" / f"{trace.name}.json"


def test_the_control_is_the_median_of_the_untraced_iterations(trace: Path) -> None:
    assert trace_of_run(trace) == TraceOfRun(control_ns=20)


def test_the_platform_is_the_one_measured_into_the_run(trace: Path) -> None:
    write(published(), trace.parents[1] / PLATFORM)
    platform = trace_of_run(trace).platform
    assert platform is not None
    assert platform.profiler == machine().profiler


def test_a_point_without_untraced_iterations_has_no_control(trace: Path) -> None:
    point = point_of(trace)
    point.write_text(json.dumps({**json.loads(point.read_text()), "control_ns": []}))
    assert trace_of_run(trace) == TraceOfRun()
    point.unlink()
    assert trace_of_run(trace) == TraceOfRun()


def test_a_trace_elsewhere_belongs_to_no_run(tmp_path: Path) -> None:
    assert trace_of_run(tmp_path / "traces" / "key") == TraceOfRun()
    assert trace_of_run(tmp_path / "trace.json.gz") == TraceOfRun()
    assert trace_of_run(Path("-")) == TraceOfRun()


def test_a_damaged_point_is_named(trace: Path) -> None:
    point_of(trace).write_text("{")
    with pytest.raises(BadInputError, match="cannot be read as point of a run"):
        trace_of_run(trace)

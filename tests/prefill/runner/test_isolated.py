"""The measuring process's ends, with processes that play it: it crashes, hangs, loses kernels."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import MissingDependencyError, UsageError
from skipx.prefill.outcome import Outcome
from skipx.prefill.runner import Settings, measure
from tests.prefill.runner.points import tiny_point
from tests.processes import is_gone

PROLOGUE = """
import json, os, signal, sys, time
out = os.fdopen(int(sys.argv[-1]), "w", buffering=1)
def tell(**message): out.write(json.dumps(message) + "\\n")
request = json.load(sys.stdin)
def measured(*traces, **changes):
    found = dict(kind="measured", job=0, compile_s=None, control_ns=[100, 110],
                 traced_ns=[150, 160], traces=list(enumerate(traces)), readings={},
                 facts={"gpu": "none"})
    tell(**{**found, **changes})
    tell(kind="done")
"""

SETTINGS = Settings(device="cuda", traced=2, start_s=20, silence_s=20)


def measured_by(
    code: str, settings: Settings = SETTINGS, heard: Any = lambda name: None
) -> Outcome:
    command = [sys.executable, "-c", PROLOGUE + code]
    return measure(tiny_point(), settings, heard=heard, command=command)


def kineto(*, lost: str = "") -> str:
    """Return a trace of two iterations of two kernels; ``lost`` is what one of them lacks."""
    events: list[dict[str, Any]] = []

    def event(category: str, name: str, at: int, length: int, **args: int) -> None:
        track = {"pid": 0, "tid": 7} if category == "kernel" else {"pid": 9, "tid": 9}
        row = {"ph": "X", "cat": category, "name": name, "ts": at, "dur": length}
        events.append({**row, **track, "args": args})

    for k in range(2):
        start = 1_000 * (k + 1)
        event("user_annotation", f"ProfilerStep#{k + 1}", start, 900)
        event("cpu_op", "aten::mm", start + 10, 400)
        for j in range(2):
            correlation = 10 * (k + 1) + j
            at = start + 20 + 100 * j
            is_lost = lost if (k, j) == (1, 1) else ""
            if is_lost != "call":
                event("cuda_runtime", "cudaLaunchKernel", at, 5, correlation=correlation)
            if is_lost != "kernel":
                event("kernel", "gemm", at + 20, 50, correlation=correlation, device=0, stream=7)
    return json.dumps({"traceEvents": events})


def test_what_was_measured_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    file.write_text(kineto())
    phases: list[str] = []
    code = (
        f"tell(kind='phase', name='building')\ntell(kind='began', job=0)\nmeasured({str(file)!r})"
    )
    outcome = measured_by(code, heard=phases.append)
    assert outcome.problem is None
    assert phases == ["building"]
    assert outcome.trace is not None
    assert len(outcome.trace.activities) == 4
    assert outcome.control_ns.tolist() == [100, 110]
    assert outcome.inflation == pytest.approx(155 / 105)
    assert outcome.facts["gpu"] == "none"
    assert outcome.facts["kernels_per_iteration"] == [2, 2]
    assert outcome.facts["launches_per_iteration"] == [2, 2]
    assert outcome.readings.energy_j is None


@pytest.mark.parametrize(
    ("lost", "reason"), [("kernel", "launches-of-nothing"), ("call", "orphan-kernels")]
)
def test_a_trace_that_lost_something_is_refused_and_its_times_are_kept(
    tmp_path: Path, lost: str, reason: str
) -> None:
    file = tmp_path / "trace.json"
    file.write_text(kineto(lost=lost))
    outcome = measured_by(f"tell(kind='began', job=0)\nmeasured({str(file)!r})")
    assert outcome.trace is None
    assert outcome.problem is not None
    assert reason in outcome.problem
    assert outcome.control_ns.tolist() == [100, 110]
    assert not outcome.out_of_memory


def test_another_pass_stands_in_for_one_that_lost_something(tmp_path: Path) -> None:
    files = [tmp_path / f"trace-{k}.json" for k in range(3)]
    for file, lost in zip(files, ("call", "", ""), strict=True):
        file.write_text(kineto(lost=lost))
    names = ", ".join(repr(str(file)) for file in files)
    outcome = measured_by(f"tell(kind='began', job=0)\nmeasured({names})")
    assert outcome.problem is None
    assert outcome.trace is not None
    assert outcome.facts["trace_of_pass"] == 1
    assert "orphan-kernels" in outcome.facts["refused_passes"][0]


def test_a_trace_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    file.write_text(kineto()[:300])
    outcome = measured_by(f"tell(kind='began', job=0)\nmeasured({str(file)!r})")
    assert outcome.trace is None
    assert outcome.problem is not None
    assert outcome.problem.startswith("the trace is refused")


@pytest.mark.parametrize("began", ["", "tell(kind='began', job=0)\n"])
@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
        ("os._exit(7)", "exit code 7"),
    ],
)
def test_a_process_that_dies_ends_its_point(began: str, fate: str, reason: str) -> None:
    outcome = measured_by(began + fate)
    assert outcome.problem is not None
    assert reason in outcome.problem
    assert outcome.trace is None
    assert not len(outcome.control_ns)


@pytest.mark.parametrize(
    ("began", "settings"),
    [
        ("", replace(SETTINGS, start_s=1.0)),
        ("tell(kind='began', job=0)\n", replace(SETTINGS, silence_s=1.0)),
    ],
)
def test_a_silent_process_is_ended(began: str, settings: Settings) -> None:
    outcome = measured_by(f"{began}time.sleep(600)", settings)
    assert outcome.problem is not None
    assert "silent for 1 s" in outcome.problem


def test_memory_that_has_ended_is_told_apart(tmp_path: Path) -> None:
    code = "open(request['log'], 'w').write('first line\\nlast line\\n')\n"
    code += "tell(kind='refused', job=0, reason='out of memory: 3 GiB', out_of_memory=True)\n"
    outcome = measured_by(code + "tell(kind='done')")
    assert outcome.out_of_memory
    assert outcome.problem == "out of memory: 3 GiB"
    assert outcome.facts["log"] == ["first line", "last line"]


@pytest.mark.parametrize("kind", [MissingDependencyError, UsageError])
def test_what_ends_every_point_is_raised(kind: type[Exception]) -> None:
    code = f"tell(kind='error', error={kind.__name__!r}, what='no such thing', where='', hint='')"
    with pytest.raises(kind, match="no such thing"):
        measured_by(code)


def test_the_points_folder_is_gone_afterwards(tmp_path: Path) -> None:
    note = tmp_path / "folder"
    measured_by(f"open({str(note)!r}, 'w').write(request['folder']); os._exit(1)")
    assert not Path(note.read_text()).exists()


def test_an_interrupt_ends_the_process_and_leaves_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note"
    child = (
        f"open({str(note)!r} + '.part', 'w').write(str(os.getpid()) + ' ' + request['folder'])\n"
        f"os.rename({str(note)!r} + '.part', {str(note)!r})\ntime.sleep(600)"
    )
    # Python takes no notice of interrupts where whoever started it ignores them.
    program = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from skipx.prefill.point import Point
from skipx.prefill.runner import measure
measure(Point("tiny", 1, 1), command=[sys.executable, "-c", {PROLOGUE + child!r}])
"""
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    while not note.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    pid, folder = note.read_text().split()
    assert is_gone(int(pid))
    assert not Path(folder).exists()

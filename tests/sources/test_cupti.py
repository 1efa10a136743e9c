"""Live traces on the virtual device of the stand-ins, each in a process of its own."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.standins import run_python, standin_environment

SCRIPT = "floor=300000;duration=100000"
PRELUDE = """
import ctypes, json, os, sys, threading, time, types
import numpy as np
import skipx
from skipx.errors import MeasurementRefusedError, MissingDependencyError, UsageError
from skipx._native import LaunchDevice

cuda = ctypes.CDLL(os.environ["SKIPX_LIBCUDA"])

def run_script(text):
    cuda.standin_script(text.encode())

def tell(value):
    print(json.dumps(value))

def names(trace, table):
    return [trace.name_of(table, row) for row in range(len(table))]

def refusal(act):
    try:
        act()
    except (MeasurementRefusedError, MissingDependencyError, UsageError) as error:
        return [type(error).__name__, int(error.exit_code), str(error)]
    return []
"""
DEVICE = """
device = LaunchDevice(0)
launcher = device.launcher("cudaLaunchKernel")
"""


def live(code: str, script: str = SCRIPT, *, device: bool = True, **options: Any) -> Any:
    """Run code that tells one value."""
    program = PRELUDE + (DEVICE if device else "") + textwrap.dedent(code)
    return json.loads(run_python(program, standin_environment(script, **options)))


@pytest.mark.parametrize("old", [False, True], ids=["CUDA 13.0", "CUDA 12.0"])
def test_a_trace_of_launches(old: bool) -> None:
    told = live(
        """
        launcher = LaunchDevice(0).launcher("cuLaunchKernel")
        with skipx.profile() as p:
            launcher.idle(3)
        t = p.trace
        tell({
            "kind": t.source.kind, "calls": names(t, t.calls),
            "kernels": len(t.activities), "orphans": int((t.activities.call < 0).sum()),
            "t_l": (t.activities.begin - t.calls.begin[t.activities.call]).tolist(),
            "dur": t.activities.dur.tolist(), "devices": dict(t.environment.devices),
            "counts": t.counts.complete_events, "synthetic": t.source.synthetic,
            "named": t.environment.metadata["libraries_named_by"],
            "thread": str(t.threads[t.calls.thread[0]]),
            "own": f"{os.getpid()}/{threading.get_native_id()}",
        })
        """,
        device=False,
        old=old,
    )
    assert told["kind"] == "cupti"
    assert told["calls"] == ["cuStreamSynchronize", *["cuLaunchKernel", "cuStreamSynchronize"] * 3]
    assert (told["kernels"], told["orphans"]) == (3, 0)
    # The virtual device counts from the very instant that the call's record begins.
    assert told["t_l"] == [300_000] * 3
    assert told["dur"] == [100_000] * 3
    assert told["devices"] == {"0": "Virtual GPU 0"}
    assert told["counts"] == 10
    # A stand-in says that it is one: nothing of it is shown as a measurement.
    assert told["synthetic"]
    assert told["named"] == ["SKIPX_LIBCUDA", "SKIPX_LIBCUPTI"]
    assert told["thread"] == told["own"]


def test_a_runtime_launch_wins_over_the_drivers_within_it() -> None:
    told = live(
        """
        with skipx.profile() as p:
            launcher.idle(2)
        t = p.trace
        tell([sorted(n for n in names(t, t.calls) if "Launch" in n),
              [t.name_of(t.calls, c) for c in t.activities.call],
              len(t.counts.categories)])
        """
    )
    assert told[0] == ["cuLaunchKernel"] * 2 + ["cudaLaunchKernel"] * 2
    assert told[1] == ["cudaLaunchKernel"] * 2
    assert told[2] == 3


def test_every_metric_works_on_a_live_trace() -> None:
    told = live(
        """
        with skipx.profile() as p:
            for _ in range(3):
                p.step()
                launcher.bursts(1, 8)
        result = skipx.analyze(p.trace)
        m = result.total
        steps = skipx.analyze(p.trace, region=("step", 1)).total
        tell({"kernels": m.kernels, "launched": m.launched_kernels, "akd": m.akd_ns,
              "tklqt": m.tklqt_ns, "step": steps.kernels,
              "chains": bool(skipx.chains(p.trace).lengths),
              "findings": [f.check for f in skipx.check(p.trace)]})
        """
    )
    assert (told["kernels"], told["launched"]) == (24, 24)
    assert told["akd"] == 100_000
    assert told["tklqt"] >= 24 * 300_000
    assert told["step"] == 8
    assert told["chains"]
    assert told["findings"] == []


def test_steps_and_regions() -> None:
    told = live(
        """
        with skipx.profile() as p:
            p.step()
            with p.region("prefill"):
                launcher.idle(2)
            p.step()
            launcher.idle(1)
        t = p.trace
        ends = (t.regions.begin + t.regions.dur).tolist()
        tell({"names": names(t, t.regions), "kinds": t.regions.kind.tolist(),
              "begin": t.regions.begin.tolist(), "end": ends,
              "kernels": t.activities.begin.tolist()})
        """
    )
    assert told["names"] == ["ProfilerStep#0", "prefill", "ProfilerStep#1"]
    assert told["kinds"] == [0, 1, 0]
    prefill = told["begin"][1], told["end"][1]
    assert [prefill[0] <= begin <= prefill[1] for begin in told["kernels"]] == [True, True, False]


def test_launches_only_leaves_other_calls_out() -> None:
    code = """
    runtime = ctypes.CDLL(os.environ["SKIPX_LIBCUDART"])
    with skipx.profile(launches_only={only}) as p:
        launcher.idle(1)
        runtime.cudaDeviceSynchronize()
    tell(sorted(set(names(p.trace, p.trace.calls))))
    """
    assert live(code.format(only=True)) == ["cuLaunchKernel", "cudaLaunchKernel"]
    assert "cudaDeviceSynchronize" in live(code.format(only=False))


def test_activities_that_break_the_clock_are_left_out_and_counted() -> None:
    code = """
    with skipx.profile(keep_clock_violations={keep}) as p:
        launcher.idle(2)
        run_script("floor=300000;early=1")
        launcher.idle(1)
    t = p.trace
    tell([len(t.activities), t.counts.bad_timestamps, t.activities.queued is None,
          len(p.during_overhead), [f.check for f in skipx.check(t)]])
    """
    kernels, bad, unasked, overhead, findings = live(code.format(keep=False))
    assert (kernels, bad, unasked, overhead) == (2, 1, True, 2)
    assert "bad-timestamps" in findings
    assert live(code.format(keep=True))[:2] == [3, 0]


def test_launches_while_cupti_is_busy_are_told() -> None:
    told = live(
        """
        run_script("overhead=60000000000")
        with skipx.profile() as p:
            launcher.idle(2)
        tell([p.during_overhead.tolist(), dict(p.trace.environment.metadata)])
        """
    )
    assert told[0] == [True, True]
    assert told[1]["launched_during_overhead"] == 2
    assert told[1]["cupti_overhead_ns"] == 60_000_000_000


def test_latency_timestamps() -> None:
    told = live(
        """
        profile = skipx.profile(latency_timestamps=True, operators=False)
        with profile as p:
            launcher = LaunchDevice(0).launcher("cuLaunchKernel")
            launcher.idle(2)
        trace = p.trace
        begin = trace.calls.begin[trace.activities.call]
        split = skipx.analyze(trace).total.t_l_split
        tell([(trace.activities.queued - begin).tolist(),
              (trace.activities.submitted - begin).tolist(),
              [split.call_ns, split.driver_ns, split.device_ns, split.launches]])
        """,
        device=False,
    )
    assert told == [[75_000] * 2, [150_000] * 2, [150_000, 150_000, 300_000, 2]]


def test_latency_timestamps_are_refused_once_cuda_is_in_use() -> None:
    told = live("tell(refusal(lambda: skipx.profile(latency_timestamps=True).__enter__()))")
    assert told[:2] == ["MeasurementRefusedError", 5]
    assert "must precede the use of CUDA" in told[2]


@pytest.mark.parametrize(
    ("script", "error", "code", "text"),
    [
        ("holder=CUPTI for Kineto", "MeasurementRefusedError", 5, "in use by CUPTI for Kineto"),
        ("init=100", "MissingDependencyError", 4, "CUDA_ERROR_NO_DEVICE"),
        ("devices=0", "MissingDependencyError", 4, "no device"),
        ("clock_offset=9000000", "MeasurementRefusedError", 5, "CLOCK_REALTIME"),
        ("fail=cuptiActivityEnable:999", "MeasurementRefusedError", 5, "cuptiActivityEnable"),
    ],
)
def test_what_cannot_begin_says_why(script: str, error: str, code: int, text: str) -> None:
    told = live("tell(refusal(lambda: skipx.profile().__enter__()))", script, device=False)
    assert told[:2] == [error, code]
    assert text in told[2]
    if code == 4:
        assert "analyze, check and chains need no device" in told[2]


def test_without_cupti() -> None:
    told = live("tell(refusal(lambda: skipx.profile().__enter__()))", device=False, cupti=False)
    assert told[:2] == ["MissingDependencyError", 4]
    assert "no CUPTI" in told[2]
    assert 'pip install "skipx[cu13]"' in told[2]


@pytest.mark.parametrize("script", ["dropped=2", "fail=cuptiActivityFlushAll:999"])
def test_a_session_that_lost_records_has_no_trace(script: str) -> None:
    told = live(
        f"""
        def measure():
            with p:
                launcher.idle(1)
                run_script({script!r})
        p = skipx.profile()
        first = refusal(measure)
        second = refusal(lambda: p.trace)
        run_script("")
        with skipx.profile() as again:  # the subscriber has been given back
            launcher.idle(1)
        tell([first, second, len(again.trace.activities)])
        """
    )
    assert told[0][:2] == ["MeasurementRefusedError", 5]
    assert told[1][0] == "UsageError"
    assert told[2] == 1


def test_the_programs_own_failure_comes_through() -> None:
    told = live(
        """
        try:
            with skipx.profile() as p:
                run_script("dropped=1")
                raise ValueError("of the program")
        except ValueError as error:
            tell([str(error), refusal(lambda: p.trace)[0]])
        """
    )
    assert told == ["of the program", "UsageError"]


def test_sessions_follow_one_another() -> None:
    told = live(
        """
        found = []
        for count in (1, 4, 2):
            with skipx.profile() as p:
                launcher.idle(count)
            found.append(len(p.trace.activities))
        tell(found)
        """
    )
    assert told == [1, 4, 2]


def test_a_live_trace_is_saved_and_read_again(tmp_path: Path) -> None:
    told = live(
        f"""
        from pathlib import Path
        with skipx.profile() as p:
            launcher.idle(2)
        skipx.save_trace(p.trace, Path({str(tmp_path / "live")!r}))
        tell(skipx.read_trace({str(tmp_path / "live")!r}).source.kind)
        """
    )
    assert told == "cupti"

"""What the replaying process tells, with a device that plays a script."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from skipx.errors import MeasurementRefusedError, MissingDependencyError
from skipx.measure.replay.launches import RecordedLaunch
from skipx.measure.replay.rows import chain_rows, kernel_rows
from skipx.measure.replay.worker import serve
from skipx.measure.replay.workload import Workload
from skipx.measure.statistics import summarize
from skipx.platforms import Statistics
from skipx.records import Source, Trace
from tests.builders import TraceBuilder

SHAPE = (1, 1, 1, 32, 1, 1)
REQUEST = {"iterations": 3, "top": 2, "by": "duration", "chains": 1, "chain": ["0:2"]}


class ScriptedDevice:
    """Records ``abab`` and replays each job as its script says."""

    name = "Scripted"
    recorder = "graph"
    note = ""

    def __init__(self, fates: Mapping[str, Exception] | None = None, text: str = "abab") -> None:
        self.did: list[str] = []
        self._fates = fates or {}
        self._text = text

    def observe(self, workload: Workload, iterations: int) -> Trace:
        self.did.append("observe")
        builder = TraceBuilder()
        for iteration in range(iterations):
            builder.step(iteration, 10_000 * iteration, 9_000)
            for index, letter in enumerate(self._text):
                at = 10_000 * iteration + 100 * index
                builder.launch(letter, at=at, latency=50, dur=20 if letter == "a" else 10)
        return builder.build(source=Source(kind="memory", synthetic=True))

    def record(self, workload: Workload) -> Sequence[RecordedLaunch]:
        self.did.append("record")
        workload()
        return [RecordedLaunch("kernel", letter, SHAPE) for letter in self._text]

    def measure(
        self, what: str, body: Sequence[int], alive: Callable[[], None]
    ) -> Mapping[str, Statistics]:
        job = f"{what} {','.join(map(str, body))}"
        self.did.append(job)
        alive()
        if job in self._fates:
            raise self._fates[job]
        names = ["warm", "cold"] if what == "kernel" else ["warm_launches", "warm_graph"]
        return {name: summarize(np.full(9, 100.0), "fixed") for name in names}


def told(device: ScriptedDevice, **request: Any) -> list[dict[str, Any]]:
    """Return the messages of a process, as they come out of the pipe."""
    messages: list[dict[str, Any]] = []
    serve({**REQUEST, **request}, lambda: None, device,
          lambda message: messages.append(json.loads(json.dumps(message))))  # fmt: skip
    return messages


def kinds(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{m['kind']} {m['job']}" if "job" in m else m["kind"] for m in messages]


def test_it_observes_records_and_replays_in_this_order() -> None:
    device = ScriptedDevice()
    messages = told(device)
    jobs = ["kernel 0", "kernel 1", "chain 0,1", "chain 0,1,2,3"]
    assert device.did[:2] == ["observe", "record"]
    assert device.did[2:5] == jobs[:3]
    assert kinds(messages[:4]) == ["ready", "began 0", "alive", "measured 0"]
    assert messages[-1] == {"kind": "done"}


def test_what_it_tells_becomes_rows() -> None:
    messages = told(ScriptedDevice())
    outcomes = {m["job"]: m for m in messages if m["kind"] == "measured"}
    first, second = kernel_rows(messages[0], outcomes)
    assert (first.name, first.launches) == ("a", 2)
    assert first.in_situ is not None
    assert (first.in_situ.duration_ns, first.in_situ.launch_tax_ns) == (20.0, 100.0)
    assert first.in_situ.tklqt_share == pytest.approx(0.5)
    assert second.warm is not None
    assert second.warm.median == 100.0
    chain, *_ = chain_rows(messages[0], outcomes)
    assert chain.kernels == ("a", "b")
    assert chain.warm is not None
    assert chain.warm.saving_ns == 0.0


def test_the_devices_synthetic_nature_is_told() -> None:
    (ready, *_) = told(ScriptedDevice())
    assert ready["synthetic"] is True
    assert (ready["device"], ready["recorder"]) == ("Scripted", "graph")
    assert ready["tklqt_ns"] == 200.0


def test_a_recording_of_fewer_kernels_than_ran_says_so() -> None:
    class Forgetful(ScriptedDevice):
        def record(self, workload: Workload) -> Sequence[RecordedLaunch]:
            return super().record(workload)[:3]

    (ready, *_) = told(Forgetful())
    assert ready["note"] == "3 kernels were recorded, an iteration in situ ran 4"


def test_a_refused_job_does_not_end_the_process() -> None:
    refusal = MeasurementRefusedError("waits for other devices")
    messages = told(ScriptedDevice({"kernel 0": refusal}))
    assert messages[3] == {"kind": "refused", "job": 0, "reason": "waits for other devices"}
    assert messages[-1] == {"kind": "done"}


def test_after_an_error_of_cuda_the_process_goes_no_further() -> None:
    device = ScriptedDevice({"kernel 1": MissingDependencyError("illegal address")})
    messages = told(device)
    assert kinds(messages)[-1] == "broken 1"
    assert "illegal address" in messages[-1]["reason"]
    assert device.did[-1] == "kernel 1"


def test_another_process_goes_on_where_the_first_one_ended() -> None:
    (ready, *_) = told(ScriptedDevice())
    device = ScriptedDevice()
    messages = told(device, ready=ready, skip=[0, 1])
    assert device.did[:2] == ["record", "chain 0,1"]
    assert messages[0] == ready
    assert messages[-1] == {"kind": "done"}


def test_no_replay_begins_after_the_deadline() -> None:
    device = ScriptedDevice()
    messages = told(device, deadline=time.time() - 1)
    assert device.did == ["observe", "record"]
    assert kinds(messages) == ["ready", "done"]
    reasons = [row.refused for row in kernel_rows(messages[0], {})]
    reasons += [row.refused for row in chain_rows(messages[0], {})]
    assert set(reasons) == {"its time was over before it could be replayed"}
    assert told(ScriptedDevice(), deadline=time.time() + 600)[1]["kind"] == "began"


def test_a_workload_that_changes_its_launches_cannot_be_gone_on_with() -> None:
    (ready, *_) = told(ScriptedDevice())
    with pytest.raises(MeasurementRefusedError, match="other launches"):
        told(ScriptedDevice(text="abba"), ready=ready, skip=[0])

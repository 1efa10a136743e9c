"""The edit to another platform, on timelines computed by hand and against the emulator."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import skipx
from skipx import platforms
from skipx.emulate.emulator import emulate
from skipx.errors import UsageError
from skipx.platforms import (
    Definition,
    Emulation,
    Gaps,
    Graph,
    Hardware,
    PerCall,
    Platform,
    Provenance,
    Quantity,
    write,
)
from skipx.records import Trace
from skipx.whatif.iteration import iteration_of
from skipx.whatif.result import Prediction
from skipx.whatif.swap import on_platform
from tests.whatif.traces import FLOOR, machine, model_trace

MODEL = [("gemm", 120), ("add", 220)]
EAGER = 2 * 200 - 10 + FLOOR + 220


def full(name: str, *, host: float, flops: float, bandwidth: float, null: float) -> Platform:
    """Return a machine with everything that a swap can use."""

    def of(definition: Definition, value: float) -> Quantity:
        return Quantity(value, definition, source="made up for a test")

    return dataclasses.replace(
        machine(profiler=False),
        name=name,
        provenance=Provenance.PUBLISHED,
        citation="made up for a test",
        hardware=Hardware("GPU", fp16_flops_per_s=flops, hbm_bytes_per_s=bandwidth),
        null_kernel_ns=Quantity(null, Definition.DURATION),
        emulation=Emulation(
            host_op_ns=of(Definition.HOST_OP, host),
            host_launch_ns=of(Definition.HOST_LAUNCH, 6 * host),
            gemm_efficiency=of(Definition.GEMM_EFFICIENCY, 0.5),
            bandwidth_efficiency=of(Definition.BANDWIDTH_EFFICIENCY, 0.5),
        ),
    )


def swapped(target: Platform, tmp_path: Path, of: Platform) -> Prediction:
    write(target, tmp_path / "target.json")
    found = skipx.predict(model_trace(MODEL), f"platform={tmp_path / 'target.json'}", platform=of)
    return found.predictions[0]


def test_host_and_kernels_follow_where_both_platforms_are_known(tmp_path: Path) -> None:
    here = full("here", host=100, flops=1e12, bandwidth=1e12, null=20)
    there = full("there", host=200, flops=2e12, bandwidth=4e12, null=30)
    one = swapped(there, tmp_path, here)
    # Host times twice as long; the last kernel 30 + (220 - 20) / 4.
    assert one.il_ns == 2 * (2 * 200 - 10) + FLOOR + 80
    assert one.what == "there: launches, host, kernels"
    assert one.bound_speedup is None, "kernels do not take as long as they do"


@pytest.mark.parametrize(
    "less",
    [
        {"hardware": None},
        {"hardware": Hardware("GPU", fp16_flops_per_s=2e12)},
        {"hardware": Hardware("GPU", hbm_bytes_per_s=4e12)},
        {"null_kernel_ns": None},
    ],
)
def test_kernels_stay_where_a_rate_is_not_stated(tmp_path: Path, less: dict[str, Any]) -> None:
    here = full("here", host=100, flops=1e12, bandwidth=1e12, null=20)
    there = full("there", host=200, flops=2e12, bandwidth=4e12, null=30)
    one = swapped(dataclasses.replace(there, **less), tmp_path, here)
    assert one.il_ns == 2 * (2 * 200 - 10) + FLOOR + 220
    assert one.what == "there: launches, host only"


def test_a_librarys_kernels_follow_the_arithmetic() -> None:
    here = full("here", host=100, flops=1e12, bandwidth=1e12, null=20)
    there = full("there", host=100, flops=2e12, bandwidth=4e12, null=30)
    trace = model_trace([*MODEL, ("below null", 10)], work=(200,))
    iteration = iteration_of(trace, here, region=None)
    after = on_platform(iteration, here, there).apply(iteration.scenario)
    assert after.program.work.duration_ns.tolist() == [30 + 100 // 2, 30 + 200 // 4, 30]


def test_without_the_machines_figures_only_launches_and_calls_follow(tmp_path: Path) -> None:
    there = full("there", host=200, flops=2e12, bandwidth=4e12, null=30)
    there = dataclasses.replace(there, call_ns=PerCall(Quantity(40, Definition.CALL)))
    one = swapped(there, tmp_path, machine())
    # The first call takes 30 ns longer; the last one's own duration does not show.
    assert one.il_ns == EAGER + 30
    assert one.what == "there: launches, calls only"


def test_a_platform_that_states_nothing_is_refused(tmp_path: Path) -> None:
    bare = Platform("bare", Provenance.PUBLISHED, citation="made up for a test")
    with pytest.raises(UsageError, match="states nothing that a trace could be replayed with"):
        swapped(bare, tmp_path, machine())
    assert bare.gap_ns == Gaps()
    assert bare.graph == Graph()


def latency(trace: Trace) -> float:
    il = [row.metrics.il_ns for row in skipx.analyze(trace).by_region]
    return float(np.mean([ns for ns in il if ns is not None]))


@pytest.mark.parametrize(("here", "there"), [("intel-h100", "gh200"), ("gh200", "amd-a100")])
def test_an_emulated_trace_moves_to_what_is_emulated_there(here: str, there: str) -> None:
    trace, wanted = (
        emulate("bert-base-uncased", name, batch=1, sequence=512, transformers="4.44").trace
        for name in (here, there)
    )
    found = skipx.predict(trace, f"platform={there}", platform=platforms.preset(here))
    assert found.predictions[0].il_ns == pytest.approx(latency(wanted), rel=0.05)


def test_an_emulated_trace_predicts_the_emulated_graph() -> None:
    eager, graph = (
        emulate("gpt2", "intel-h100", mode=mode, batch=1, sequence=512, transformers="4.44")
        for mode in ("eager", "graph")
    )
    found = skipx.predict(eager.trace, "graph", platform=eager.platform)
    assert found.replay_error == 0
    assert found.predictions[0].il_ns == pytest.approx(latency(graph.trace), rel=0.01)
    # The paper's torch.compile gains 2.08x there (SKIP, section V).
    assert found.predictions[0].speedup == pytest.approx(2.08, abs=0.15)

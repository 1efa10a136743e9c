"""The synthetic example through the analyzer: it finds what the generator put in."""

from __future__ import annotations

import io

import pytest

import skipx
from skipx.examples.kineto import EXAMPLE, generate
from skipx.examples.recipe import Recipe
from skipx.metrics.result import Analysis
from skipx.records import Trace

RECIPES = {
    "example": EXAMPLE,
    "device-bound": Recipe(layers=3, steps=3, batch=64, sequence=512),
    "streams and threads": Recipe(layers=2, threads=2, streams=3),
    "graph": Recipe(layers=2, graph=True),
    "amd": Recipe(layers=2, vendor="amd"),
    "legacy": Recipe(layers=2, layout="legacy"),
}


PRESET = "h100-taxbreak"


def trace_of(recipe: Recipe) -> Trace:
    return skipx.read_trace(io.BytesIO(generate(recipe).encode()), strict=True)


def analysis_of(name: str, platform: str | None = None) -> Analysis:
    return skipx.analyze(trace_of(RECIPES[name]), platform=platform)


@pytest.mark.parametrize("name", RECIPES)
def test_nothing_is_wrong_with_it(name: str) -> None:
    assert not skipx.check(trace_of(RECIPES[name]))


@pytest.mark.parametrize("name", RECIPES)
def test_every_kernel_is_launched_and_steps_are_iterations(name: str) -> None:
    total = analysis_of(name).total
    assert total.kernels == total.launched_kernels > 0
    assert total.orphan_kernels == 0
    assert total.iterations == RECIPES[name].steps


@pytest.mark.parametrize("name", ["example", "amd"])
def test_the_floor_is_the_machines_own(name: str) -> None:
    analysis = analysis_of(name)
    assert analysis.floor.source == "trace"
    assert analysis.floor.default_ns == pytest.approx(RECIPES[name].timing.floor_ns, rel=0.1)


def test_a_small_batch_is_bound_by_launches_and_a_large_one_by_the_device() -> None:
    # Of a busy stream too few launches find it idle for the trace to tell the floor.
    assert analysis_of("device-bound").floor.source == "none"
    small, large = analysis_of("example").total, analysis_of("device-bound", PRESET).total
    assert small.bound
    assert small.bound.label == "CPU-bound"
    assert large.bound
    assert large.bound.label == "GPU-bound"
    assert large.queue_part_ns is not None
    assert large.launch_part_ns is not None
    assert large.queue_part_ns > 10 * large.launch_part_ns


def test_a_graph_is_one_launch_of_many_kernels() -> None:
    total = analysis_of("graph").total
    assert total.graph_launches == total.launch_calls == RECIPES["graph"].steps
    assert total.graph_kernels == total.kernels


def test_threads_and_streams_are_told_apart() -> None:
    analysis = analysis_of("streams and threads")
    assert len(analysis.by_thread) == 2
    assert len(analysis.by_stream) == 6


def test_layers_recur_as_a_chain() -> None:
    chains = skipx.chains(trace_of(EXAMPLE))
    layers = [row for row in chains.lengths if row.c_fused == EXAMPLE.layers]
    assert max(row.length for row in layers) >= 16
    assert chains.synthetic

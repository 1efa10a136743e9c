"""Platforms against a baseline platform: quantities with and without intervals."""

from __future__ import annotations

import dataclasses
from math import exp, hypot, log

import pytest

from skipx.comparison.platforms import compare_platforms, quantities_of
from skipx.comparison.result import Difference, Kind, MetricRatio, Origin, Pair, Verdict
from skipx.platforms import PRESETS, Definition, Platform, Provenance, Quantity, preset
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep_analysis import analyze_sweep
from tests.platforms.builders import full_platform, measured, platform_with_floor
from tests.prefill.fakes import PLATFORM, fake_outcome

LAB = full_platform("lab")


def named(name: str, **changes: object) -> Platform:
    return dataclasses.replace(LAB, name=name, **changes)  # type: ignore[arg-type]


def pair_of(baseline: Platform, other: Platform) -> Pair:
    (pair,) = compare_platforms([baseline, other]).pairs
    return pair


def quantity(pair: Pair, name: str) -> MetricRatio:
    return next(row for row in pair.quantities if row.metric == name)


def test_measured_quantities_have_an_interval() -> None:
    slower = named("slower", null_kernel_ns=measured(Definition.DURATION, 2432))
    found = quantity(pair_of(LAB, slower), "null_kernel_ns")
    assert (found.baseline, found.other) == (1216, 2432)
    assert found.ratio == pytest.approx(2)
    assert (found.n_baseline, found.n_other) == (1000, 1000)
    # Both medians are known to 0.1 %: together to the root of the sum of squares.
    spread = exp(hypot(log(1 / 0.999), log(1.001)))
    assert found.low == pytest.approx(2 / spread, rel=1e-6)
    assert found.high == pytest.approx(2 * spread, rel=1e-6)
    assert found.verdict is Verdict.SLOWER
    assert found.reason == "interval 1.997–2.003 lies above 1"


def test_what_is_no_cost_is_lower_or_higher() -> None:
    d = Definition
    other = named(
        "other",
        queue_depth=measured(d.QUEUE_DEPTH, 512),
        timer_quantum_ns=measured(d.TIMER_QUANTUM, 1000),
    )
    pair = pair_of(LAB, other)
    assert quantity(pair, "queue_depth").verdict is Verdict.LOWER
    assert quantity(pair, "timer_quantum_ns").verdict is Verdict.HIGHER
    assert quantity(pair, "timer_quantum_ns").unit == "ns"


def test_every_quantity_of_a_file_is_compared() -> None:
    names = [name for name, _ in quantities_of(LAB)]
    assert len(names) == len(set(names))
    assert {
        "launch_floor_ns",
        "launch_floor_ns[cudaLaunchKernel]",
        "call_ns[cuLaunchKernel]",
        "gap_ns.kernel_memset",
        "graph.call_per_node_ns",
        "memset.t_l_ns",
        "bandwidth_bytes_per_s.h2d_pinned",
        "profiler.op_ns",
        "emulation.host_op_ns",
        "emulation.host_scale[gpt2]",
        "launch_paths[graph, burst, untraced, 100 nodes].period_ns",
        "launch_paths[cudaLaunchKernel, idle, traced, 64 bytes, grid 132, non-blocking stream]"
        ".t_l_ns",
    } <= set(names)
    # One for every quantity in the file.
    assert len(names) == _quantities(dataclasses.asdict(LAB))


def _quantities(value: object) -> int:
    if isinstance(value, dict):
        if "definition" in value and "value" in value:
            return 1
        return sum(_quantities(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return sum(_quantities(part) for part in value)
    return 0


def test_a_platform_with_itself_is_the_same() -> None:
    pair = pair_of(LAB, named("again"))
    assert {row.verdict for row in pair.quantities} == {Verdict.SAME}
    assert {row.reason for row in pair.quantities} == {"the same figure on both sides"}
    assert pair.environment == ()


def test_published_figures_have_a_ratio_but_no_verdict() -> None:
    """Table V of the paper: 2374.6 ns on Intel+H100, 2771.6 ns on GH200, without an interval."""
    pair = pair_of(preset("intel-h100"), preset("gh200"))
    call = quantity(pair, "call_ns")
    assert call.ratio == pytest.approx(2771.6 / 2374.6)
    assert call.low is call.high is None
    assert call.verdict is Verdict.AMBIGUOUS
    assert call.reason == "stated without an interval by the baseline and the other side"
    assert (call.n_baseline, call.n_other) == (0, 0)


def test_published_against_measured_names_the_side_without_an_interval() -> None:
    found = quantity(pair_of(preset("intel-h100"), LAB), "null_kernel_ns")
    assert found.reason == "stated without an interval by the baseline"
    assert (found.n_baseline, found.n_other) == (0, 1000)


def test_what_one_side_does_not_state() -> None:
    bare = platform_with_floor(Provenance.PUBLISHED, 4500)
    there, back = (quantity(pair_of(*sides), "queue_depth") for sides in ((LAB, bare), (bare, LAB)))
    assert (there.verdict, there.ratio, there.other) == (Verdict.AMBIGUOUS, None, None)
    assert there.reason == "not stated by the other side"
    assert back.reason == "not stated by the baseline"


def test_figures_of_different_definition_are_not_comparable() -> None:
    other = named("other", null_kernel_ns=Quantity(1216, Definition.GAP))
    found = quantity(pair_of(LAB, other), "null_kernel_ns")
    assert (found.ratio, found.reason) == (None, "not comparable: duration against gap")


def test_nothing_has_no_ratio() -> None:
    other = named("other", null_kernel_ns=Quantity(0.0, Definition.DURATION))
    for sides in ((LAB, other), (other, LAB)):
        found = quantity(pair_of(*sides), "null_kernel_ns")
        assert (found.ratio, found.reason) == (None, "a figure is not above 0: no ratio")


def test_machines_are_compared_by_field() -> None:
    machine = LAB.environment
    assert machine is not None
    other = named("other", environment=dataclasses.replace(machine, driver="570.1", date="later"))
    assert pair_of(LAB, other).environment == (Difference("driver", "580.65.06", "570.1"),)
    told = {one.field: one for one in pair_of(preset("intel-h100"), preset("gh200")).environment}
    assert told["coupling"] == Difference("coupling", "loose", "close")
    assert told["fp16 peak"] == Difference("fp16 peak", "756 TFLOP/s", "989 TFLOP/s")
    assert told["memory bandwidth"].other == "4 TB/s"


def test_subjects_say_where_their_figures_are_from() -> None:
    comparison = compare_platforms([LAB, *map(preset, PRESETS)])
    assert comparison.kind is Kind.PLATFORMS
    assert not comparison.emulated
    first, *others = comparison.subjects
    assert first.origin is Origin.MEASURED
    assert {one.origin for one in others} == {Origin.PUBLISHED}
    assert [one.label for one in others] == list(PRESETS)
    assert all(one.source for one in others)
    assert first.notes == ("made up for a test",)
    (bare, _) = compare_platforms([platform_with_floor(Provenance.MEASURED, 1), LAB]).subjects
    assert bare.notes == ()
    assert all(pair.baseline == "lab" for pair in comparison.pairs)


def test_a_sweep_is_compared_platform_by_platform() -> None:
    batches = (1, 2, 4, 8, 16, 32)
    points = [Point("toy", b, 16, platform=name) for name in ("fast", "slow") for b in batches]
    sweep = analyze_sweep([analyze_point(fake_outcome(point), PLATFORM) for point in points])
    platforms = [named("fast"), named("slow"), named("unplayed")]
    comparison = compare_platforms(platforms, sweep=sweep)
    slow, unplayed = comparison.pairs
    assert comparison.emulated
    assert [point.conditions["batch"] for point in slow.points] == list(batches)
    latency = slow.points[0].latency
    assert latency is not None
    assert latency.verdict is Verdict.SLOWER
    (shift,) = slow.shifts
    assert shift.crossover is None
    assert slow.quantities
    assert unplayed.points == ()
    assert unplayed.quantities


def test_quantities_keep_the_order_of_the_file() -> None:
    names = [row.metric for row in pair_of(LAB, named("again")).quantities]
    assert names[0] == "launch_floor_ns"
    assert names.index("call_ns") < names.index("queue_depth") < names.index("timer_quantum_ns")


def test_the_margin_is_that_of_the_verdicts() -> None:
    slower = named("slower", null_kernel_ns=measured(Definition.DURATION, 1216 * 1.05))
    strict, loose = (compare_platforms([LAB, slower], margin=margin) for margin in (0.02, 0.1))
    assert quantity(strict.pairs[0], "null_kernel_ns").verdict is Verdict.SLOWER
    assert quantity(loose.pairs[0], "null_kernel_ns").verdict is Verdict.SAME
    assert loose.margin == 0.1

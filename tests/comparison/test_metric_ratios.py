"""A metric of two sides: ratio, verdict, and every reason."""

from __future__ import annotations

from typing import Any

import pytest

from skipx.comparison.measures import LATENCIES, MEASURES, Unit
from skipx.comparison.metric_ratios import doubts, metric_ratios, unknown
from skipx.comparison.result import MetricRatio, Origin, Verdict
from skipx.comparison.side import Side
from tests.comparison.sides import STEADY, side, times


def only(baseline: Side, other: Side, margin: float = 0.02) -> MetricRatio:
    (found,) = metric_ratios(baseline, other, margin=margin)
    return found


def test_a_slower_side() -> None:
    found = only(side(), side(times(1.2)))
    assert found.verdict is Verdict.SLOWER
    assert (found.metric, found.unit) == ("il_ns", "ns")
    # The lower one of two medians, as everywhere.
    assert (found.baseline, found.other) == (1002, 1.2 * 1002)
    assert (found.n_baseline, found.n_other) == (6, 6)
    assert found.ratio == pytest.approx(1.2)
    # Critical value 5: the sixth smallest and largest of the 36, three iterations apart.
    assert (found.low, found.high) == pytest.approx((1.2 * 1002 / 1005, 1.2 * 1005 / 1002))
    assert found.reason == "interval 1.196–1.204 lies above 1"


@pytest.mark.parametrize(
    ("factor", "expected", "swapped"),
    [
        (1.2, Verdict.SLOWER, Verdict.FASTER),
        (0.8, Verdict.FASTER, Verdict.SLOWER),
        (1.001, Verdict.SAME, Verdict.SAME),
    ],
)
def test_swapped_sides_swap_the_verdict(factor: float, expected: Verdict, swapped: Verdict) -> None:
    one, two = side(), side(times(factor))
    found, turned = only(one, two), only(two, one)
    assert (found.verdict, turned.verdict) == (expected, swapped)
    assert found.ratio is not None
    assert turned.ratio == pytest.approx(1 / found.ratio)


def test_amounts_are_lower_or_higher() -> None:
    share = (0.5, 0.51, 0.52, 0.53, 0.54)
    fewer = only(
        side(share, metric="launch_bound_share"),
        side(times(0.5, share), metric="launch_bound_share"),
    )
    assert fewer.verdict is Verdict.LOWER
    assert fewer.unit == "share"


def test_waiting_is_no_slowness() -> None:
    """A graph makes the host wait longer and the iteration shorter."""
    found = only(side(metric="cpu_idle_ns"), side(times(20), metric="cpu_idle_ns"))
    assert (found.verdict, found.unit) == (Verdict.HIGHER, "ns")
    durations = {key for key, measure in MEASURES.items() if measure.duration}
    assert durations == {"ttft_ns", "step_ns", "il_ns", "akd_ns", "kernel_time_ns"}


def test_scattered_iterations_are_ambiguous() -> None:
    wild = (900, 950, 1000, 1050, 1100, 1200)
    found = only(side(wild), side([value + 7 for value in wild]))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.reason.endswith("holds 1 and reaches beyond ±2 %")


def test_few_iterations_are_ambiguous_but_have_a_ratio() -> None:
    found = only(side([1000]), side([2000]))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.ratio == 2
    assert found.low is found.high is None
    assert found.reason == "1 iteration against 1: no 95 % interval, which takes 4 against 4"


def test_the_same_recording_is_the_same_however_short() -> None:
    broken = side([1000, 1700], failed_checks=["orphan-kernels"])
    found = only(broken, broken)
    assert (found.verdict, found.ratio, found.low, found.high) == (Verdict.SAME, 1, 1, 1)
    assert found.reason == "the same recording on both sides"
    assert doubts(broken, broken) == []


def test_equal_values_of_other_recordings_prove_nothing() -> None:
    """A clock of whole microseconds gives equal times to runs that differ."""
    one = side(samples={"t_l_p50": (7000.0,), "il_ns": (14_271_000.0,)})
    two = side(samples={"t_l_p50": (7000.0,), "il_ns": (19_717_000.0,)})
    found = {row.metric: row for row in metric_ratios(one, two, margin=0.02)}
    assert found["t_l_p50"].ratio == 1
    assert found["t_l_p50"].verdict is Verdict.AMBIGUOUS


def test_counts_are_exact_even_of_one_iteration() -> None:
    found = only(side([310], metric="kernels"), side([155], metric="kernels"))
    assert (found.ratio, found.low, found.high) == (0.5, 0.5, 0.5)
    assert found.verdict is Verdict.LOWER
    assert found.reason == "counted, the same in every iteration"


def test_counts_within_the_margin_say_so() -> None:
    found = only(side([300, 300], metric="kernels"), side([303], metric="kernels"))
    assert found.verdict is Verdict.SAME
    assert found.reason == "counted, the same in every iteration, within ±2 %"


def test_counts_that_vary_are_a_sample() -> None:
    found = only(side([300, 301, 305], metric="kernels"), side([155], metric="kernels"))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.reason.startswith("3 iterations against 1")


def test_from_none_to_some() -> None:
    found = only(side([0], metric="graph_launches"), side([24], metric="graph_launches"))
    assert found.verdict is Verdict.HIGHER
    assert (found.baseline, found.other) == (0, 24)
    assert found.ratio is found.low is found.high is None
    assert found.reason == "counted, the same in every iteration, and 0 on the baseline"


def test_from_some_to_none() -> None:
    found = only(side(metric="queue_part_ns"), side([0] * 6, metric="queue_part_ns"))
    assert (found.verdict, found.ratio) == (Verdict.LOWER, 0)
    assert found.reason == "0 on the other side"
    turned = only(side([0] * 6, metric="queue_part_ns"), side(metric="queue_part_ns"))
    assert (turned.verdict, turned.ratio) == (Verdict.HIGHER, None)
    assert turned.reason == "0 on the baseline"


def test_none_on_both_sides() -> None:
    one = side(samples={"graph_launches": (0.0,), "il_ns": (1.0,)})
    two = side(samples={"graph_launches": (0.0,), "il_ns": (2.0,)})
    found = next(r for r in metric_ratios(one, two, margin=0.02) if r.metric == "graph_launches")
    assert (found.verdict, found.ratio, found.reason) == (Verdict.SAME, None, "0 on both sides")


def test_times_below_zero_have_no_ratio() -> None:
    found = only(side([-5, 10, 12, 14], metric="t_l_p50"), side(metric="t_l_p50"))
    assert (found.verdict, found.ratio) == (Verdict.AMBIGUOUS, None)
    assert found.reason == "below 0 in some iterations: no ratio"


def test_what_one_side_does_not_know() -> None:
    full = side(samples={"ttft_ns": STEADY, "il_ns": STEADY})
    found = {row.metric: row for row in metric_ratios(full, side(times(1.2)), margin=0.02)}
    assert found["ttft_ns"].verdict is Verdict.AMBIGUOUS
    assert found["ttft_ns"].reason == "unknown on the other side"
    assert (found["ttft_ns"].baseline, found["ttft_ns"].other) == (1002, None)
    assert found["ttft_ns"].n_other == 0
    turned = next(iter(metric_ratios(side(), full, margin=0.02)))
    assert (turned.metric, turned.reason) == ("ttft_ns", "unknown on the baseline")


def test_what_neither_side_knows_is_named() -> None:
    assert {row.metric for row in metric_ratios(side(), side(), margin=0.02)} == {"il_ns"}
    missing = unknown(side(), side())
    assert len(missing) == len(MEASURES) - 3
    assert "queue part" in missing
    full = side(samples={"il_ns": STEADY, "queue_part_ns": STEADY})
    assert "queue part" not in unknown(full, side()) + unknown(side(), full)
    assert "TTFT, untraced" not in missing


def test_emulated_values_are_exact() -> None:
    emulated: dict[str, Any] = {"origin": Origin.EMULATED}
    found = only(side([4_620_467], **emulated), side([12_903_300], **emulated))
    assert found.verdict is Verdict.SLOWER
    assert found.low == found.high == found.ratio == 12_903_300 / 4_620_467
    assert found.reason == "emulated: exact for the model"


def test_emulated_against_measured_is_no_change() -> None:
    found = only(side(origin=Origin.EMULATED), side(times(1.2)))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.ratio == pytest.approx(1.2)
    assert found.reason.endswith("but the baseline is emulated and the other side measured")


def test_what_is_ambiguous_anyhow_has_one_reason() -> None:
    found = only(side([1000], origin=Origin.EMULATED), side([2000]))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.reason == "1 iteration against 1: no 95 % interval, which takes 4 against 4"


def test_what_a_model_launches_can_be_counted_on_either_side() -> None:
    one = side([215], metric="kernels", origin=Origin.EMULATED)
    two = side([203], metric="kernels")
    assert only(one, two).verdict is Verdict.LOWER


def test_failed_checks_forbid_a_verdict() -> None:
    found = only(side(), side(times(1.2), failed_checks=["orphan-kernels", "dropped-start"]))
    assert found.verdict is Verdict.AMBIGUOUS
    assert "but checks failed on the other side: orphan-kernels, dropped-start" in found.reason
    counted = only(
        side([300], metric="kernels", failed_checks=["dropped-start"]),
        side([150], metric="kernels"),
    )
    assert counted.verdict is Verdict.AMBIGUOUS


def test_clocks_that_were_lowered_on_one_side_forbid_a_verdict_on_times() -> None:
    slowed: dict[str, Any] = {"throttled": ["power cap"]}
    found = only(side(**slowed), side(times(0.8)))
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.reason.endswith("but clocks were lowered on the baseline only: power cap")
    # On both sides it is the machine's usual state.
    assert only(side(**slowed), side(times(0.8), **slowed)).verdict is Verdict.FASTER
    counted = only(side([3], metric="kernels", **slowed), side([2], metric="kernels"))
    assert counted.verdict is Verdict.LOWER


def test_every_measure_has_a_unit_and_one_is_a_latency() -> None:
    assert LATENCIES == ("ttft_ns", "step_ns", "il_ns")
    assert all(MEASURES[key].unit is Unit.NS for key in LATENCIES)

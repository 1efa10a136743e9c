"""Conditions under which a comparison fails: each holds where it says, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skipx.comparison.fail_on import (
    check_metrics,
    compared_metrics,
    hits,
    metric_key,
    parse_condition,
)
from skipx.comparison.result import (
    Comparison,
    MetricRatio,
    Pair,
    PointPair,
    Unmatched,
    Verdict,
)
from skipx.comparison.traces import compare_traces, trace_subject
from skipx.errors import UsageError
from skipx.metrics import analyze
from skipx.records import Trace
from tests.comparison.sides import trace_of

STEADY = (10_000, 10_010, 10_020, 10_030, 10_040, 10_050)
SLOWER = tuple(duration + 15_000 for duration in STEADY)


def compared(*traces: Trace) -> Comparison:
    return compare_traces(
        [trace_subject(one, analyze(one), label=f"t{i}") for i, one in enumerate(traces)]
    )


def failed(comparison: Comparison, *conditions: str) -> Sequence[str]:
    return [str(hit) for hit in hits(comparison, [parse_condition(text) for text in conditions])]


ONE = MetricRatio("il_ns", "ns", 1.0, 1.0, 9, 9, 1.0, 1.0, 1.0, Verdict.SAME, "")
SAME = compared(trace_of(STEADY), trace_of(STEADY))
WORSE = compared(trace_of(STEADY), trace_of(SLOWER))
BETTER = compared(trace_of(SLOWER), trace_of(STEADY))


@pytest.mark.parametrize(
    "condition", ["slower", "slower:il", "slower:il_ns", "slower:kernel_time_ns", "il_ns>1.3"]
)
def test_slower_fails_one_way_only(condition: str) -> None:
    assert len(failed(WORSE, condition)) == 1
    assert failed(SAME, condition) == failed(BETTER, condition) == []


def test_the_line_says_which_condition_which_pair_and_how_much() -> None:
    # IL is 26,000 ns and the kernel's time: 51,020 over 36,020 ns.
    (line,) = failed(WORSE, "slower")
    assert line.startswith("slower: t1 against t0: il_ns 1.416x (1.41")
    assert line.endswith("lies above 1")


def test_a_limit_is_beyond_where_the_whole_interval_is() -> None:
    assert failed(WORSE, "il_ns>1.4")
    assert failed(WORSE, "il_ns > 1.4165") == []
    assert failed(WORSE, "il_ns>1.5") == []


def test_a_higher_amount_counts_as_slower() -> None:
    more = compared(trace_of(STEADY), trace_of(STEADY, kernels=("gemm", "gelu", "bias")))
    # A figure without scatter has no interval to show.
    assert failed(more, "slower:kernels") == [
        "slower:kernels: t1 against t0: kernels 1.500x HIGHER: counted, the same in every iteration"
    ]
    assert len(failed(more, "kernels>1.05")) == 1
    assert failed(more, "kernels>1.5") == []


def test_ambiguous_fails_where_nothing_can_be_said() -> None:
    short = compared(trace_of(STEADY[:2]), trace_of(STEADY[2:4]))
    assert len(failed(short, "ambiguous")) == 1
    assert failed(short, "slower") == []
    assert failed(SAME, "ambiguous") == []


def test_kernels_fail_where_some_appeared_or_vanished() -> None:
    fused = compared(trace_of(STEADY), trace_of(STEADY, kernels=("gemm_gelu",)))
    (line,) = failed(fused, "kernels")
    assert line.endswith("1 appeared, 2 vanished")
    assert failed(WORSE, "kernels") == []


def test_the_environment_is_not_how_often_it_was_measured() -> None:
    fewer = compared(trace_of(STEADY), trace_of(STEADY[:4]))
    assert [one.field for one in fewer.pairs[0].environment] == ["iterations"]
    assert failed(fewer, "environment") == []
    other = compared(trace_of(STEADY), trace_of(STEADY, kind="cupti"))
    (line,) = failed(other, "environment")
    assert line.endswith("source: kineto against cupti")


def test_every_pair_and_condition_has_lines_of_its_own() -> None:
    three = compared(trace_of(STEADY), trace_of(SLOWER), trace_of(STEADY, kernels=("other",) * 2))
    lines = failed(three, "slower", "kernels")
    assert [line.split(":")[0] for line in lines] == ["slower", "kernels"]
    assert ["t1 against t0" in line for line in lines] == [True, False]


@pytest.mark.parametrize("text", ["", "fast", "slower:", "il_ns>", "il_ns>fast", "il_ns<1", "a:b"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no condition in"):
        parse_condition(text)


def test_metrics_that_are_not_compared_are_refused_with_those_that_are() -> None:
    conditions = [parse_condition("slower:ttft")]
    with pytest.raises(UsageError, match="no metric 'ttft_ns' to compare") as caught:
        check_metrics(conditions, compared_metrics(SAME))
    assert "il_ns" in caught.value.hint
    known = [parse_condition(text) for text in ("slower", "kernels", "slower:il")]
    check_metrics(known, compared_metrics(SAME))


def test_units_can_be_left_out() -> None:
    assert metric_key("il") == "il_ns"
    assert metric_key("il_ns") == "il_ns"
    assert metric_key("kernels") == "kernels"


def test_a_traced_latency_may_be_uncertain_beside_an_untraced_one() -> None:
    traced = replace(ONE, low=None, high=None, verdict=Verdict.AMBIGUOUS)
    untraced = replace(ONE, metric="ttft_ns")
    both = Pair("a", "b", points=(PointPair({}, [untraced, traced]),))
    assert list(parse_condition("ambiguous").find(both)) == []
    alone = Pair("a", "b", points=(PointPair({}, [traced]),))
    assert len(list(parse_condition("ambiguous").find(alone))) == 1


def test_a_quantity_fails_by_its_own_name_only() -> None:
    slower = replace(ONE, metric="call_ns", ratio=2.0, low=2.0, high=2.0, verdict=Verdict.SLOWER)
    pair = Pair("a", "b", quantities=(slower, replace(ONE, metric="null_kernel_ns")))
    assert len(list(parse_condition("slower:call_ns").find(pair))) == 1
    assert list(parse_condition("slower:null_kernel_ns").find(pair)) == []
    assert list(parse_condition("null_kernel_ns>1.5").find(pair)) == []


def test_a_point_that_one_side_lacks_fails_where_that_is_asked() -> None:
    lacking = Pair("a", "b", unmatched=(Unmatched({"batch": 8}, "b", "out of memory"),))
    (what,) = parse_condition("unmatched").find(lacking)
    assert what == "b lacks a point at batch 8: out of memory"
    assert list(parse_condition("unmatched").find(Pair("a", "b"))) == []

"""Runs against a baseline run: which points match, and what is said of those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from skipx.comparison.measures import MEASURES
from skipx.comparison.result import Comparison, Difference, Group, Kind, Origin, Unmatched, Verdict
from skipx.comparison.run_subject import RunSubject, apart, platforms_of, run_subject
from skipx.comparison.runs import compare_runs
from skipx.errors import UsageError
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from tests.prefill.fakes import CONTROL_SHARE, PLATFORM, fake_outcome, latency_ns

BATCHES = (1, 2, 4, 8, 16, 32)
TOY = Point("toy", 1, 16)


def analyzed(point: Point, **changes: Any) -> PointAnalysis:
    return analyze_point(fake_outcome(point, **changes), PLATFORM)


def run(
    label: str,
    points: Sequence[Point] | None = None,
    *,
    missing: Sequence[Point] = (),
    **all_of: Any,
) -> RunSubject:
    """Return a run of the fake device; ``all_of`` is a condition that all its points have."""
    wanted = points or [replace(TOY, batch=batch) for batch in BATCHES]
    found = [analyzed(replace(point, **all_of)) for point in wanted]
    return run_subject(found, label=label, missing=missing)


def two(baseline: RunSubject, other: RunSubject) -> Comparison:
    return compare_runs([baseline, other])


def test_points_match_by_batch_size() -> None:
    (pair,) = two(run("a"), run("b")).pairs
    assert [point.conditions for point in pair.points] == [
        {"model": "toy", "batch": batch} for batch in BATCHES
    ]
    assert pair.unmatched == ()
    assert pair.environment == ()
    assert {row.verdict for point in pair.points for row in point.metrics} == {Verdict.SAME}
    assert all(point.changed_kernels == [] for point in pair.points)


def test_a_decoding_run_has_steps_and_no_first_token() -> None:
    step = replace(TOY, phase="decode")
    slow = [5 * round(latency_ns(1)) // 4] * 5
    baseline = run_subject([analyzed(step)], label="a")
    other = run_subject([analyzed(step, control_ns=np.array(slow))], label="b")
    (point,) = two(baseline, other).pairs[0].points
    assert point.metric("ttft_ns") is None
    assert point.latency is point.metric("step_ns")
    assert point.latency is not None
    assert point.latency.verdict is Verdict.SLOWER
    assert MEASURES["step_ns"].label == "decode step, untraced"


def test_a_prompt_is_not_compared_with_a_step_untraced() -> None:
    baseline = run_subject([analyzed(TOY)], label="a")
    other = run_subject([analyzed(replace(TOY, phase="decode"))], label="b")
    (point,) = two(baseline, other).pairs[0].points
    assert point.latency is point.metric("il_ns")
    assert any("not the same work: phase" in note for note in point.notes)


def test_another_type_than_was_asked_for_is_told_of_each_subject() -> None:
    """Emulated points play operators of bfloat16, whatever of 16 bits was asked for."""
    facts = {"dtype": "bfloat16", "emulated": True}
    played = [analyzed(replace(TOY, platform=name), facts=facts) for name in ("a", "b")]
    found = compare_runs(apart(run_subject(played, label="run")))
    for subject in found.subjects:
        assert subject.notes == (
            "float16 was asked for; the emulated operators were recorded in bfloat16",
        )
        assert subject.facts["dtype in effect"] == "bfloat16"
    assert run("c").subject.notes == ()


def test_ttft_is_that_of_the_control_iterations() -> None:
    slow = [5 * round(latency_ns(1)) // 4] * 5
    baseline = run_subject([analyzed(TOY)], label="a")
    other = run_subject([analyzed(TOY, control_ns=np.array(slow))], label="b")
    (point,) = two(baseline, other).pairs[0].points
    ttft, il = point.metric("ttft_ns"), point.metric("il_ns")
    assert ttft is not None
    assert il is not None
    assert point.latency is ttft
    assert (ttft.n_baseline, ttft.n_other, ttft.verdict) == (5, 5, Verdict.SLOWER)
    assert ttft.baseline == round(latency_ns(1) * CONTROL_SHARE)
    # What the profiler recorded is as before, three iterations of each.
    assert (il.n_baseline, il.ratio) == (3, 1)


def test_without_a_control_on_both_sides_the_latency_is_the_traced_one() -> None:
    baseline = run_subject([analyzed(TOY)], label="a")
    other = run_subject([analyzed(TOY, control_ns=np.empty(0, dtype=np.int64))], label="b")
    (point,) = two(baseline, other).pairs[0].points
    assert point.latency is point.metric("il_ns")
    ttft = point.metric("ttft_ns")
    assert ttft is not None
    assert ttft.reason == "unknown on the other side"


def test_of_a_point_without_a_trace_no_kernel_has_vanished() -> None:
    whole = run_subject([analyzed(TOY)], label="a")
    bare = run_subject([analyzed(TOY, trace=None)], label="b")
    for sides, lacking in (([whole, bare], "the other side"), ([bare, whole], "the baseline")):
        (point,) = compare_runs(sides).pairs[0].points
        assert point.latency is not None
        assert point.latency.verdict is Verdict.SAME
        assert point.kernels == ()
        assert f"kernels not compared: no trace of {lacking}" in point.notes
    (point,) = two(bare, bare).pairs[0].points
    assert "kernels not compared: no trace of the baseline and the other side" in point.notes


def test_what_is_constant_in_each_run_and_differs_is_a_difference() -> None:
    """Eager against a graph: the points match, the mode is told."""
    (pair,) = two(run("eager"), run("graph", mode="graph")).pairs
    assert len(pair.points) == len(BATCHES)
    assert pair.unmatched == ()
    assert pair.environment == (Difference("mode", "eager", "graph", Group.CONDITION),)
    assert all(point.notes == () for point in pair.points)


def test_a_condition_that_is_also_a_fact_is_told_once() -> None:
    eager, graph = (
        run_subject([analyzed(replace(TOY, mode=mode), facts={"mode": mode})], label=mode)
        for mode in ("eager", "graph")
    )
    assert eager.subject.origin is Origin.MEASURED
    (pair,) = two(eager, graph).pairs
    assert pair.environment == (Difference("mode", "eager", "graph", Group.CONDITION),)


def test_several_constants_that_differ() -> None:
    (pair,) = two(run("a"), run("b", mode="graph", attention="sdpa", sequence=32)).pairs
    assert [one.field for one in pair.environment] == ["sequence", "mode", "attention"]
    assert len(pair.points) == len(BATCHES)
    (note,) = pair.points[0].notes
    assert note == "not the same work: sequence 16 against 32"


def test_what_varies_within_a_run_matches() -> None:
    points = [replace(TOY, model=model, mode=m) for model in ("x", "y") for m in ("eager", "graph")]
    (pair,) = two(run("a", points), run("b", points[1:])).pairs
    assert [point.conditions for point in pair.points] == [
        {"model": "x", "batch": 1, "mode": "graph"},
        {"model": "y", "batch": 1, "mode": "eager"},
        {"model": "y", "batch": 1, "mode": "graph"},
    ]
    assert pair.unmatched == (
        Unmatched({"model": "x", "batch": 1, "mode": "eager"}, "b", "not asked for"),
    )


def test_points_that_a_side_lacks_say_why() -> None:
    found = [analyzed(replace(TOY, batch=batch)) for batch in (1, 2)]
    failed = analyze_point(Outcome(replace(TOY, batch=4), problem="the model raised ValueError"))
    full = analyze_point(
        Outcome(replace(TOY, batch=8), problem="out of memory", out_of_memory=True)
    )
    other = run_subject([*found, failed, full], label="b", missing=[replace(TOY, batch=16)])
    (pair,) = two(run("a", [replace(TOY, batch=b) for b in (1, 2, 4, 8, 16, 32)]), other).pairs
    assert [point.conditions["batch"] for point in pair.points] == [1, 2]
    assert {(one.conditions["batch"], one.side, one.why) for one in pair.unmatched} == {
        (4, "b", "the model raised ValueError"),
        (8, "b", "out of memory"),
        (16, "b", "not finished"),
        (32, "b", "not asked for"),
    }
    assert other.subject.notes == ("1 of 5 points are not finished",)


def test_runs_with_nothing_in_common_are_refused() -> None:
    points = [replace(TOY, batch=batch) for batch in (1, 2)]
    with pytest.raises(UsageError, match="no point in common") as caught:
        two(run("a", points), run("b", [replace(TOY, batch=batch) for batch in (4, 8)]))
    assert caught.value.hint == "batch 1, 2 against 4, 8"


def test_one_run_splits_into_its_platforms() -> None:
    points = [
        replace(TOY, batch=batch, platform=name) for name in ("fast", "slow") for batch in BATCHES
    ]
    whole = run("both", points, missing=[replace(TOY, batch=64, platform="slow")])
    fast, slow = platforms_of(whole)
    assert (fast.subject.notes, len(slow.missing)) == ((), 1)
    assert (fast.subject.label, slow.subject.label) == ("fast", "slow")
    comparison = two(fast, slow)
    (pair,) = comparison.pairs
    assert comparison.kind is Kind.RUNS
    assert comparison.emulated
    assert fast.subject.origin is Origin.EMULATED
    assert pair.environment[0] == Difference("platform", "fast", "slow", Group.CONDITION)
    il = pair.points[0].metric("il_ns")
    assert il is not None
    assert il.ratio == latency_ns(1, 40_000) / latency_ns(1)
    # The fake device has controls even where it is emulated; they too are exact.
    assert {row.reason for row in (il, pair.points[0].metric("ttft_ns")) if row} == {
        "emulated: exact for the model"
    }


def test_a_run_of_one_platform_alone_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(UsageError, match="a run of one platform, measured"):
        apart(run("alone"))
    points = [replace(TOY, platform=name) for name in ("fast", "slow")]
    assert len(apart(run("both", points))) == 2


def test_a_run_that_has_finished_nothing_of_the_other_lists_it() -> None:
    points = [replace(TOY, batch=batch) for batch in (1, 2)]
    (pair,) = two(run("a", points[:1]), run("b", points[1:], missing=points[:1])).pairs
    assert pair.points == ()
    assert {(one.conditions["batch"], one.side, one.why) for one in pair.unmatched} == {
        (1, "b", "not finished"),
        (2, "a", "not asked for"),
    }


def test_swapped_runs_swap_every_verdict() -> None:
    turned = {
        Verdict.FASTER: Verdict.SLOWER,
        Verdict.SLOWER: Verdict.FASTER,
        Verdict.LOWER: Verdict.HIGHER,
        Verdict.HIGHER: Verdict.LOWER,
    }
    fast, slow = run("fast", platform="fast"), run("slow", platform="slow")
    pairs = (two(fast, slow).pairs[0], two(slow, fast).pairs[0])
    seen = set()
    for there, back in zip(*(pair.points for pair in pairs), strict=True):
        assert there.conditions == back.conditions
        for one, other in zip(there.metrics, back.metrics, strict=True):
            assert other.verdict is turned.get(one.verdict, one.verdict)
            if one.ratio:
                assert other.ratio == pytest.approx(1 / one.ratio)
            seen.add(one.verdict)
    assert {Verdict.SLOWER, Verdict.SAME} <= seen


def test_emulated_and_measured_runs_are_told_apart() -> None:
    (pair,) = two(run("a", platform="fast"), run("b")).pairs
    assert pair.environment[0] == Difference("platform", "fast", None, Group.CONDITION)
    latency = pair.points[0].latency
    assert latency is not None
    assert latency.verdict is Verdict.AMBIGUOUS
    assert "the baseline is emulated and the other side measured" in latency.reason


def test_facts_and_readings_of_the_points_are_the_environment() -> None:
    def one(label: str, **changes: Any) -> RunSubject:
        return run_subject([analyzed(TOY, **changes)], label=label)

    old = one("old", facts={"gpu": "H100", "torch": "2.9.0", "effective_attention": "sdpa"})
    hot = DeviceReadings(sm_clock_mhz=1410.0, throttled=("power cap",))
    new = one("new", facts={"gpu": "H200", "torch": "2.9.0"}, readings=hot)
    (pair,) = two(old, new).pairs
    told = {one.field: (one.baseline, one.other, one.group) for one in pair.environment}
    assert told == {
        "GPU": ("H100", "H200", Group.ENVIRONMENT),
        "attention in effect": ("sdpa", None, Group.CONDITION),
        "SM clock": ("1980 MHz", "1410 MHz", Group.MEASUREMENT),
        "clocks lowered by": (None, "power cap", Group.MEASUREMENT),
    }
    (point,) = pair.points
    assert point.latency is not None
    told_once = "clocks were lowered on the other side only: power cap"
    assert told_once in point.latency.reason
    assert [note for note in point.notes if "clocks" in note] == [told_once]
    both = one("both", readings=DeviceReadings(throttled=("heat",)))
    (point,) = two(both, new).pairs[0].points
    assert [note for note in point.notes if "clocks" in note] == [
        "clocks were lowered on both sides: heat, power cap"
    ]


def test_what_only_points_of_one_side_ran_on_is_no_difference() -> None:
    facts = {"gpu": "H100", "transformers": "4.44.2"}
    both = [analyzed(replace(TOY, batch=batch), facts=facts) for batch in (1, 2)]
    alone = analyzed(replace(TOY, batch=4), facts={"gpu": "A100", "transformers": "4.44.2"})
    newer = [analyzed(one.point, facts=facts | {"transformers": "5.23.0"}) for one in both]
    wide, narrow = run_subject([*both, alone], label="a"), run_subject(newer, label="b")
    (pair,) = two(wide, narrow).pairs
    assert pair.environment == (Difference("transformers", "4.44.2", "5.23.0", Group.ENVIRONMENT),)


def test_a_point_with_a_problem_moves_nothing() -> None:
    """Its trace may be there, and not be of the whole."""
    points = [analyzed(replace(TOY, batch=batch)) for batch in BATCHES[:-1]]
    broken = analyzed(replace(TOY, batch=BATCHES[-1]), problem="ended early")
    assert broken.metrics is not None
    (pair,) = two(run("a"), run_subject([*points, broken], label="b")).pairs
    (shift,) = pair.shifts
    assert shift.batches == BATCHES[:-1]
    assert pair.unmatched == (Unmatched({"model": "toy", "batch": 32}, "b", "ended early"),)


def test_points_without_a_trace_tell_no_launch_floor_and_move_nothing() -> None:
    points = [analyzed(replace(TOY, batch=batch), trace=None) for batch in BATCHES]
    bare = run_subject(points, label="b")
    assert not {"launch floor", "launch floor from"} & set(bare.subject.facts)
    assert run("a").subject.facts["launch floor from"] == "platform:lab"
    assert two(run("a"), bare).pairs[0].shifts == ()

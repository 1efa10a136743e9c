"""The page of a comparison: its sentences, its tables, and that it fits and harms nobody."""

from __future__ import annotations

import re

import pytest

from skipx.comparison.result import (
    Change,
    Comparison,
    Kind,
    Origin,
    PointPair,
    Subject,
    Unmatched,
    Verdict,
)
from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import TARGETS
from skipx.report.compare_answer import answers
from skipx.report.compare_latencies import LatencyTable
from skipx.report.compare_page import ComparePage
from skipx.report.compare_series import compared_series
from tests.report.comparisons import (
    AMBIGUOUS,
    FASTER,
    SAME,
    SLOWER,
    comparison,
    kernel,
    named,
    pair,
    points,
    ratio,
    shift,
)
from tests.report.rendering import controls, rendered, widest
from tests.report.results import HOSTILE, LONG, MARKUP


def said(found: Comparison) -> list[str]:
    return [answer.text for answer in answers(found)]


@pytest.mark.parametrize(
    ("verdicts", "judged"),
    [
        ({1: SLOWER, 8: SLOWER, 16: FASTER}, "is SLOWER than old up to batch 8 and FASTER at 16"),
        ({1: SLOWER, 8: FASTER, 16: FASTER}, "is SLOWER than old at batch 1 and FASTER from 8 on"),
        ({1: SAME, 8: SAME}, "is the SAME as old at every batch size"),
        (
            {1: SLOWER, 2: SLOWER, 4: SAME, 8: AMBIGUOUS, 16: AMBIGUOUS, 32: FASTER},
            "is SLOWER than old up to batch 2, SAME at 4, AMBIGUOUS from 8 to 16 and FASTER at 32",
        ),
        ({1: AMBIGUOUS, 2: SLOWER}, "against old is AMBIGUOUS at batch 1 and SLOWER at 2"),
    ],
)
def test_the_answer_tells_over_which_batch_sizes_a_verdict_holds(
    verdicts: dict[int, Verdict], judged: str
) -> None:
    (text,) = said(comparison(pair(points(verdicts, model="gpt2"))))
    assert text.startswith(f"new {judged} (gpt2): ")


def test_series_with_the_same_verdicts_share_a_sentence() -> None:
    found = comparison(
        pair(
            [
                *points({1: SLOWER, 8: FASTER}, model="gpt2"),
                *points({1: SLOWER, 8: FASTER}, model="bert"),
                *points({1: SLOWER, 8: SLOWER}, model="llama"),
            ]
        )
    )
    assert said(found) == [
        "new is SLOWER than old at batch 1 and FASTER at 8 (gpt2, bert):"
        " 2.000x the time at batch 1, 0.500x at 8.",
        "new is SLOWER than old at every batch size (llama):"
        " 2.000x the time at batch 1, 2.000x at 8.",
    ]
    assert [answer.verdict for answer in answers(found)] == [None, SLOWER]


def test_one_point_has_its_times_its_interval_and_the_reason_of_a_doubt() -> None:
    row = ratio(1.2, SLOWER, low=1.1, high=1.3, reason="interval 1.10–1.30 lies above 1")
    (text,) = said(comparison(pair([PointPair({}, [row])]), kind=Kind.TRACES))
    assert text == "new is SLOWER than old: IL, traced 1.200x (1.100–1.300), 1.000 ms to 1.200 ms."
    doubtful = ratio(1.2, AMBIGUOUS, low=None, high=None, reason="1 iteration against 1")
    (text,) = said(comparison(pair([PointPair({}, [doubtful])]), kind=Kind.TRACES))
    assert text.startswith("new against old is AMBIGUOUS: IL, traced 1.200x, ")
    assert text.endswith("; 1 iteration against 1.")


def test_what_has_no_latency_is_said_to_have_none() -> None:
    unknown = ratio(None, AMBIGUOUS, low=None, high=None, reason="unknown on the baseline")
    (text,) = said(comparison(pair([PointPair({}, [unknown])]), kind=Kind.TRACES))
    assert text == "new and old cannot be compared: unknown on the baseline."
    lacking = pair([], unmatched=(Unmatched({"batch": 1}, "new", "out of memory"),))
    (text,) = said(comparison(lacking))
    assert text == "new and old have no latency that can be compared: 1 point unmatched."


def many_pairs(count: int, verdict: Verdict = SLOWER) -> Comparison:
    labels = [f"platform{number}" for number in range(count)]
    ladder = {1: verdict, 128: FASTER}
    return comparison(*(pair(points(ladder, model="gpt2"), other=label) for label in labels))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("verdict", [SLOWER, AMBIGUOUS])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_pairs_stand_side_by_side_as_far_as_they_fit(
    width: int, verdict: Verdict, count: int
) -> None:
    found = many_pairs(count, verdict)
    (series,) = compared_series(found)
    text = rendered(LatencyTable(found, series), width=width)
    assert widest(text) <= width
    assert "…" not in text.replace("plat…form", "")
    rows = re.findall(r"^ +1 .*$", text, re.MULTILINE)
    shown = {(80, SLOWER): 2, (80, AMBIGUOUS): 1, (120, SLOWER): 3, (120, AMBIGUOUS): 3}
    assert len(rows) == -(-count // shown[width, verdict])
    assert sum(row.count("2.000x") + row.count("1.100x") for row in rows) == count


def test_the_row_of_a_batch_size_has_both_times_and_the_verdict() -> None:
    found = many_pairs(1)
    (series,) = compared_series(found)
    text = rendered(LatencyTable(found, series))
    assert re.search(r"^ +128 +1\.000 ms +500\.0 us +0\.500x +FASTER *$", text, re.MULTILINE)


FULL = comparison(
    pair(
        points(
            {1: SLOWER, 8: SLOWER, 64: FASTER},
            model="gpt2",
            kernels=[
                kernel("gone", Change.VANISHED, 4, 0),
                kernel("kept", Change.SAME, 1, 1),
                *(kernel(f"fresh {i}", Change.APPEARED, 0, 2) for i in range(20)),
            ],
        ),
        shifts=(shift({"model": "gpt2"}, 64, (1, 8, 64)),),
    )
)


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("found", [FULL, many_pairs(5), named("gpt2")])
def test_pages_fit(found: Comparison, width: int, verbose: bool) -> None:
    text = rendered(ComparePage(found, verbose=verbose), width=width)
    assert widest(text) <= width
    assert controls(text) == set()


@pytest.mark.parametrize("name", [HOSTILE, LONG, MARKUP, "../../etc/passwd", "x" * 5000])
@pytest.mark.parametrize("kind", [Kind.RUNS, Kind.TRACES])
def test_hostile_names_are_shown_harmlessly(name: str, kind: Kind) -> None:
    found = named(name)
    page = Comparison(kind, found.subjects, found.pairs, found.margin)
    for verbose in (False, True):
        text = rendered(ComparePage(page, verbose=verbose))
        assert controls(text) == set()
        assert widest(text) <= 80


@pytest.mark.parametrize(("metric", "heading"), [("ttft_ns", "TTFT"), ("step_ns", "step")])
def test_the_latency_is_called_what_it_is(metric: str, heading: str) -> None:
    rows = [ratio(2.0, SLOWER, metric=metric)]
    found = comparison(pair([PointPair({"model": "gpt2", "batch": b}, rows) for b in (1, 8)]))
    (table,) = (LatencyTable(found, one) for one in compared_series(found))
    headings = rendered(table).splitlines()[2].split()
    assert headings == ["batch", heading, heading, "ratio", "verdict"]


def test_the_papers_figures_that_are_not_shown_are_counted() -> None:
    paper = [Reproduced(target, target.paper) for target in TARGETS[:-3]]
    text = " ".join(rendered(ComparePage(FULL, paper)).split())
    assert f"{len(TARGETS) - 3} of the {len(TARGETS)} figures of the paper" in text
    assert "of the paper that skipx knows" not in rendered(ComparePage(FULL))


def test_that_both_sides_decode_is_told() -> None:
    def page(*phases: str) -> str:
        sides = zip(("old", "new"), phases, strict=True)
        subjects = tuple(Subject(n, Origin.MEASURED, facts={"phase": p}) for n, p in sides)
        return rendered(ComparePage(comparison(*FULL.pairs, subjects=subjects)))

    assert "one decode step" in page("decode", "decode")
    assert "one decode step" not in page("prefill", "decode")


def test_shifts_tell_both_sides_and_the_steps() -> None:
    text = rendered(ComparePage(FULL))
    (row,) = re.findall(r"^ gpt2 .*$", text.split("From old to new")[1], re.MULTILINE)
    assert re.split(r"  +", row.strip()) == ["gpt2", "8 → 32 (+2)", "8 → 8", "4–8 → -", "64"]


def test_only_kernels_that_changed_are_listed_and_what_is_left_out_is_counted() -> None:
    text = rendered(ComparePage(FULL))
    assert "kept" not in text
    assert re.search(r"gone +vanished +3 +4 → 0", text)
    assert "11 kernels more" in text
    assert "fresh 19" in rendered(ComparePage(FULL, verbose=True))


def test_a_reason_is_told_once_with_what_it_is_of() -> None:
    rows = [
        ratio(1.2, AMBIGUOUS, metric=metric, reason="interval 1.1–1.3 lies above 1, but throttled")
        for metric in ("il_ns", "akd_ns")
    ]
    rows.append(ratio(1.0, SAME, metric="kernels", unit="count"))
    text = rendered(ComparePage(comparison(pair([PointPair({}, rows)]), kind=Kind.TRACES)))
    assert "IL, traced, AKD: throttled" in text
    assert "emulated: exact" not in text
    full = rendered(
        ComparePage(comparison(pair([PointPair({}, rows)]), kind=Kind.TRACES), verbose=True)
    )
    assert "kernels: emulated: exact for the model" in full


def test_emulated_figures_are_marked_and_measured_ones_are_not() -> None:
    assert "EMULATED" in rendered(ComparePage(FULL))
    measured = tuple(Subject(label, Origin.MEASURED) for label in ("old", "new"))
    assert "EMULATED" not in rendered(ComparePage(comparison(*FULL.pairs, subjects=measured)))
    one = (Subject("old", Origin.MEASURED), Subject("new", Origin.EMULATED))
    assert "not measured: new" in rendered(ComparePage(comparison(*FULL.pairs, subjects=one)))
    made = (Subject("old", Origin.MEASURED), Subject("new", Origin.SYNTHETIC))
    assert "SYNTHETIC" in rendered(ComparePage(comparison(*FULL.pairs, subjects=made)))


def test_platforms_without_a_sweep_are_answered_by_their_costs() -> None:
    rows = [
        ratio(1.5, SLOWER, metric=metric)
        for metric in ("emulation.host_op_ns", "launch_floor_ns", "launch_paths[x].call_ns")
    ]
    found = comparison(pair([], quantities=rows), kind=Kind.PLATFORMS)
    assert said(found) == ["new over old: launch_floor_ns 1.500x."]
    text = rendered(ComparePage(found))
    assert "launch_paths" not in text
    assert "1 figure of single launch paths more: -v" in text
    assert "launch_paths" in rendered(ComparePage(found, verbose=True), width=120)
    nothing = comparison(pair([], quantities=rows[:1]), kind=Kind.PLATFORMS)
    assert said(nothing) == ["new and old state no cost of one definition."]

"""The document on a sweep of the fake device, whose inflections are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep_analysis import analyze_sweep
from skipx.report.document.blocks import Bars, Curves, DataTable, Document, Facts
from tests.prefill.fakes import PLATFORM, fake_outcome
from tests.report.reports import sweep_report
from tests.report.sweeps import BATCHES, measured_sweep, sweep_analysis


def blocks(of: Document, section: str) -> list[object]:
    (found,) = [found for found in of.sections if found.id == section]
    return list(found.blocks)


def table(of: Document, identity: str) -> DataTable:
    (found,) = [
        block
        for section in of.sections
        for block in section.blocks
        if isinstance(block, DataTable) and block.id == identity
    ]
    return found


def test_the_verdict_is_up_to_which_batch_launches_set_the_latency() -> None:
    found = sweep_report(sweep_analysis(platforms=("intel-h100", "amd-a100"))).summary
    assert found.headline == "Launches set the latency up to batch 4."
    assert found.advice == [
        "bert-base-uncased: CPU-bound up to batch 4.",
        "gpt2: CPU-bound up to batch 4.",
    ]


def test_platforms_that_differ_are_told_apart() -> None:
    found = sweep_report(sweep_analysis()).summary
    assert found.headline == "Launches set the latency up to batch 4 to 16, by model and platform."
    assert found.advice[0] == (
        "bert-base-uncased: CPU-bound up to batch 4 on intel-h100, amd-a100;"
        " up to batch 16 on slow."
    )


def test_sweeps_that_end_before_the_inflection_or_begin_behind_it_say_so() -> None:
    small = sweep_report(sweep_analysis(["gpt2"], ["intel-h100"], (1, 2))).summary
    assert small.advice == ["gpt2: CPU-bound at every batch size up to 2."]
    large = sweep_report(sweep_analysis(["gpt2"], ["intel-h100"], (32, 64))).summary
    assert large.headline == "The GPU sets the latency at every batch size."
    assert large.advice == ["gpt2: GPU-bound at every batch size from 32."]


def test_a_series_that_never_waits_for_launches_is_not_called_cpu_bound() -> None:
    """One graph an iteration: nothing queues behind its launch, and the GPU is never short."""
    found = sweep_analysis(["gpt2"], ["intel-h100"], (1, 2))
    (series,) = found.series
    points = [
        replace(point, metrics=replace(point.metrics, idle_recoverable_union_ns=1_000))
        for point in series.points
        if point.metrics is not None
    ]
    graphs = replace(found, series=[replace(series, points=points)])
    shown = sweep_report(graphs).summary
    assert shown.headline == "The GPU sets the latency at every batch size."
    assert shown.advice == ["gpt2: never bound by launches up to batch 2."]


def test_a_sweep_of_which_a_part_begins_behind_the_inflection_says_at_most() -> None:
    found = sweep_report(sweep_analysis(["gpt2"], ["intel-h100", "slow"], (8, 16, 32))).summary
    assert (
        found.headline == "Launches set the latency up to batch 16 at most, by model and platform."
    )


def test_each_model_has_a_section_with_a_line_a_platform() -> None:
    found = sweep_report(sweep_analysis())
    charts = blocks(found, "model-2-gpt2")
    curves = [chart for chart in charts if isinstance(chart, Curves)]
    assert [chart.title for chart in curves] == [
        "Latency (TTFT)",
        "TKLQT of an iteration",
        "GPU idle",
        "CPU idle",
    ]
    for chart in curves:
        assert chart.x == list(BATCHES)
        assert [series.name for series in chart.series] == ["intel-h100", "amd-a100", "slow"]
    stars = [(star.series, star.x) for star in curves[1].stars]
    assert stars == [("intel-h100", 8), ("amd-a100", 8), ("slow", 32)]


def test_decoding_has_no_time_to_the_first_token() -> None:
    points = [Point("gpt2", batch, 512, phase="decode") for batch in (1, 8)]
    analysis = analyze_sweep([analyze_point(fake_outcome(point), PLATFORM) for point in points])
    found = sweep_report(analysis)
    (latency, *_) = blocks(found, "model-1-gpt2")
    assert isinstance(latency, Curves)
    assert latency.title == "Step latency: one more token of each sequence"
    columns = [column.title for column in table(found, "points").columns]
    assert "TTFT" not in columns
    assert "step latency" in columns


@pytest.mark.parametrize(
    ("batches", "told"),
    [
        ((1, 2, 4), ("> 4", "batch size, of 2 series out of 2")),
        ((1, 2, 4, 8, 16), ("8 to > 16", "batch size, of 2 series out of 2")),
        ((1, 2, 4, 8, 16, 32, 64), ("8–32", "batch size, of 2 series out of 2")),
    ],
)
def test_the_first_screen_has_the_inflections_reached_or_not(
    batches: tuple[int, ...], told: tuple[str, str]
) -> None:
    found = sweep_report(sweep_analysis(["gpt2"], ["intel-h100", "slow"], batches)).summary
    (inflection,) = (fact for fact in found.figures if fact.label == "Inflection")
    assert (inflection.value, inflection.note) == told


def test_a_decoding_run_says_so_in_its_head() -> None:
    assert "one decode step" not in sweep_report(sweep_analysis()).facts
    outcome = fake_outcome(Point("gpt2", 1, 512, phase="decode"))
    found = sweep_report(analyze_sweep([analyze_point(outcome, PLATFORM)]))
    assert "one decode step" in found.facts


def test_quality_tells_which_type_ran_where_another_was_asked_for() -> None:
    outcome = fake_outcome(Point("gpt2", 1, 512), facts={"dtype": "bfloat16"})
    found = sweep_report(analyze_sweep([analyze_point(outcome, PLATFORM)]))
    quality = next(b for b in blocks(found, "environment") if isinstance(b, Facts))
    (told,) = (fact for fact in quality.facts if fact.label == "dtype")
    assert told.value == "bfloat16"
    assert told.note == "float16 was asked for; the model is of bfloat16"


def test_the_parts_of_tklqt_are_shares_ordered_by_batch_then_platform() -> None:
    (bars,) = [
        block
        for block in blocks(sweep_report(sweep_analysis()), "model-2-gpt2")
        if isinstance(block, Bars)
    ]
    launch, queue = (part.values for part in bars.parts)
    assert len(launch) == len(queue) == len(BATCHES) * 3
    assert [one + other for one, other in zip(launch, queue, strict=True)] == (  # type: ignore[operator]
        pytest.approx([1] * len(launch))
    )
    at_8 = [queue[3 * 3 + platform] for platform in range(3)]
    assert at_8[0] == at_8[1] > 0.5  # type: ignore[operator]
    assert at_8[2] == 0


def test_every_point_has_a_row_and_failures_say_why() -> None:
    found = sweep_report(sweep_analysis(full_from=64))
    points = table(found, "points")
    assert len(points.rows) == 2 * 3 * len(BATCHES)
    last = points.rows[-1]
    assert [cell.text for cell in last[:4]] == ["gpt2", "slow", "128", "-"]
    assert [row[1].text for row in table(found, "problems").rows] == [
        "out of memory: 80 GiB asked for"
    ] * 2
    assert found.summary.figures[0].note == "2 without numbers"


def test_crossovers_are_between_platforms_only() -> None:
    assert len(table(sweep_report(sweep_analysis()), "crossovers").rows) == 6
    with pytest.raises(ValueError, match="not enough values"):
        table(sweep_report(measured_sweep()), "crossovers")


def test_emulated_sweeps_are_marked_and_measured_ones_are_not() -> None:
    assert sweep_report(sweep_analysis()).marker == "EMULATED"
    assert sweep_report(measured_sweep()).marker == ""


def test_remarks_stand_before_the_verdict_on_each_model() -> None:
    found = sweep_report(measured_sweep(), "Three points are missing.")
    assert found.summary.advice[0] == "Three points are missing."
    assert found.summary.advice[1].startswith("gpt2: ")


def test_the_figures_of_each_model_follow_the_verdict() -> None:
    ids = [section.id for section in sweep_report(sweep_analysis()).sections]
    assert ids[:3] == ["model-1-bert-base-uncased", "model-2-gpt2", "findings"]

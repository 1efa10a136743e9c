"""The pages of a sweep: they fit, they say what was emulated, and their numbers are right."""

from __future__ import annotations

import re

import numpy as np
import pytest

from skipx.prefill.outcome import DeviceReadings
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep
from skipx.report.run_page import RunPage
from skipx.report.sweep_document import sweep_document
from skipx.report.sweep_figures import FIGURES, FigureTables
from skipx.report.sweep_page import SweepPage
from skipx.report.sweep_series import SeriesTable
from skipx.report.sweep_sheets import sweep_sheets
from skipx.units import format_count, format_ns, format_share
from tests.builders import TraceBuilder
from tests.prefill.fakes import PLATFORM, fake_outcome
from tests.report.rendering import controls, rendered, widest
from tests.report.results import HOSTILE, LONG, MARKUP
from tests.report.sweeps import BATCHES, PLATFORMS, measured_sweep, renamed, sweep_analysis

ANALYSIS = sweep_analysis(full_from=128)


@pytest.mark.parametrize("page", [SweepPage, RunPage])
@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_pages_fit(page: type[SweepPage | RunPage], width: int, verbose: bool) -> None:
    text = rendered(page(ANALYSIS, "runs/one", verbose=verbose), width=width)
    assert widest(text) <= width
    assert controls(text) == set()


@pytest.mark.parametrize("name", [HOSTILE, LONG, MARKUP, "../../etc/passwd", "x" * 5000])
def test_hostile_names_are_shown_harmlessly(name: str) -> None:
    for page in (SweepPage(renamed(name), name), RunPage(renamed(name), name)):
        text = rendered(page)
        assert controls(text) == set()
        assert widest(text) <= 80


@pytest.mark.parametrize("page", [SweepPage, RunPage])
def test_emulated_numbers_are_marked_and_measured_ones_are_not(
    page: type[SweepPage | RunPage],
) -> None:
    assert "EMULATED" in rendered(page(ANALYSIS, "run"))
    assert "nothing here was measured" in rendered(page(ANALYSIS, "run"))
    assert "EMULATED" not in rendered(page(measured_sweep(), "run"))


def row_of(text: str, batch: int) -> list[str]:
    (line,) = re.findall(rf"^ *{batch}[* ] .*$", text, re.MULTILINE)
    return re.split(r"  +", line.strip())


def test_a_series_shows_the_numbers_of_its_analysis() -> None:
    series = ANALYSIS.series[0]
    text = rendered(SeriesTable(series), width=120)
    assert "bert-base-uncased on intel-h100, eager, sequence 512" in text
    for point in series.points:
        metrics = point.metrics
        assert metrics is not None
        assert metrics.tklqt_ns is not None
        assert metrics.queue_part_ns is not None
        assert row_of(text, point.point.batch)[1:] == [
            format_ns(point.ttft_ns),
            format_ns(metrics.tklqt_ns),
            format_share(metrics.queue_part_ns / metrics.tklqt_ns),
            format_share(point.gpu_idle_share),
            format_share(point.cpu_idle_share),
            format_count(round(point.tokens_per_s or 0)),
            f"{point.inflation:.2f}x",
            "12",
            format_ns(metrics.akd_ns),
            format_count(round(point.tokens_per_j or 0)),
            metrics.bound.label if metrics.bound else "-",
        ]


def test_the_inflection_is_starred_once() -> None:
    for series in ANALYSIS.series:
        starred = re.findall(r"^ *(\d+)\* ", rendered(SeriesTable(series)), re.MULTILINE)
        assert starred == [str(series.inflection.by_parts)]


def points_of(analysis: SweepAnalysis, model: str, batch: int) -> list[PointAnalysis]:
    found = {
        a.point.platform: a
        for a in analysis.points
        if (a.point.model, a.point.batch) == (model, batch)
    }
    return [found[platform] for platform in PLATFORMS]


@pytest.mark.parametrize("width", [80, 120])
def test_figure_6_has_tklqt_of_every_platform(width: int) -> None:
    analysis = sweep_analysis(models=["gpt2"])
    text = rendered(FigureTables(FIGURES[0], analysis), width=width)
    for batch in BATCHES:
        cells = re.split(r"  +", re.findall(rf"^ *{batch} .*$", text, re.MULTILINE)[0].strip())
        expected = []
        for series, point in zip(analysis.series, points_of(analysis, "gpt2", batch), strict=True):
            assert point.metrics is not None
            star = "*" if series.inflection.by_parts == batch else ""
            expected.append(f"{format_ns(point.metrics.tklqt_ns)}{star}")
        assert cells[1:] == expected


@pytest.mark.parametrize(("number", "model"), [(10, "bert-base-uncased"), (11, "gpt2")])
def test_figures_10_and_11_have_times_and_idle_shares(number: int, model: str) -> None:
    (figure,) = (figure for figure in FIGURES if figure.number == number)
    text = rendered(FigureTables(figure, ANALYSIS))
    assert f"Figure {number}" in text
    for batch in BATCHES:
        line = re.findall(rf"^ *{batch} .*$", text, re.MULTILINE)[0]
        expected = [
            cell
            for point in points_of(ANALYSIS, model, batch)
            for cell in (
                format_ns(point.latency_ns),
                format_share(point.gpu_idle_share, decimals=0),
                format_share(point.cpu_idle_share, decimals=0),
            )
        ]
        assert re.split(r"  +", line.strip())[1:] == expected


def test_a_figure_without_its_models_is_left_out() -> None:
    text = rendered(RunPage(sweep_analysis(models=["gpt2"]), "run"))
    assert "Figure 11" in text
    assert "Figure 10" not in text


def test_conclusions_are_those_of_the_analysis() -> None:
    text = rendered(SweepPage(sweep_analysis(), "run"))
    section = text[text.index("From CPU-bound") : text.index("Crossover")]
    rows = [re.split(r"  +", line.strip()) for line in section.splitlines()[3:]]
    assert [row[0] for row in rows if len(row) == 1 and row[0]] == ["bert-base-uncased", "gpt2"]
    rows = [row for row in rows if len(row) > 1]
    line = sweep_analysis().series[0].linearity
    assert rows[0] == [
        "intel-h100",
        "8",
        "5.7",
        "4–8",
        format_ns(line.slope_ns),
        f"{line.r_squared:.3f}",
    ]
    assert [row[1] for row in rows] == ["8", "8", "32"] * 2
    assert "under 45 % of the latency" in text


def test_crossovers_name_both_platforms_and_their_ratios() -> None:
    analysis = sweep_analysis(models=["gpt2"], platforms=["slow", "fast"], batches=(1, 2, 4, 8))
    text = rendered(SweepPage(analysis, "run"))
    (line,) = (line for line in text.splitlines() if "slow, fast" in line)
    ratios = analysis.pairs[0].crossover.ratios
    expected = ["slow, fast", "1", f"{ratios[0]:.2f}x (1)", f"{ratios[-1]:.2f}x (8)"]
    assert re.split(r"  +", line.strip()) == expected


def test_what_was_not_measured_is_told_with_its_reason() -> None:
    text = rendered(SweepPage(ANALYSIS, "run"))
    problems = text[text.index("Not measured") :]
    assert "80 GiB asked for" in problems
    assert "128" in problems


def test_a_traced_ttft_is_told() -> None:
    told = "TTFT: IL of the trace"
    assert told not in rendered(SweepPage(ANALYSIS, "run")), "the fake device has a control"
    outcome = fake_outcome(Point("gpt2", 1, 512), control_ns=np.empty(0, np.int64))
    alone = analyze_sweep([analyze_point(outcome, PLATFORM)])
    assert told in rendered(SweepPage(alone, "run"))


def decoding(**facts: object) -> SweepAnalysis:
    """Return a sweep of decode steps that was traced only."""
    points = [Point("gpt2", batch, 512, phase="decode") for batch in (1, 8)]
    outcomes = [fake_outcome(p, control_ns=np.empty(0, np.int64), facts=facts) for p in points]
    return analyze_sweep([analyze_point(outcome, PLATFORM) for outcome in outcomes])


def test_a_decoding_sweep_has_step_latencies_and_no_first_token() -> None:
    text = rendered(SweepPage(decoding(), "run"))
    assert "TTFT" not in text
    assert re.search("^ batch +step latency +TKLQT", text, re.MULTILINE)
    assert "step latency: IL of the trace" in text


def test_the_head_tells_whose_operators_ran() -> None:
    text = rendered(SweepPage(decoding(transformers="4.44.2"), "run"))
    assert "eager attention · one decode step · transformers 4.44.2" in " ".join(text.split())
    assert "transformers" not in rendered(SweepPage(decoding(), "run")), "not told, not claimed"


def test_another_type_than_was_asked_for_is_told_once() -> None:
    told = "float16 was asked for; the model is of bfloat16"
    text = rendered(SweepPage(decoding(dtype="bfloat16"), "run"))
    assert text.count(told) == 1
    assert "sequence 512 · bfloat16 ·" in text
    assert "asked for" not in rendered(SweepPage(decoding(dtype="float16"), "run"))
    assert "asked for" not in rendered(SweepPage(decoding(), "run")), "nothing else is known to run"
    document = sweep_document(decoding(dtype="bfloat16"), "run")
    (series,) = document["series"]
    assert (series["dtype"], series["effective_dtype"]) == ("float16", "bfloat16")
    assert {point["effective_dtype"] for point in series["points"]} == {"bfloat16"}
    sheets = sweep_sheets(decoding(dtype="bfloat16"))
    for name in ("points", "series"):
        assert {row["effective_dtype"] for row in sheets[name].rows} == {"bfloat16"}


def test_remarks_and_lowered_clocks_are_told() -> None:
    outcome = fake_outcome(
        Point("gpt2", 1, 512),
        facts={"remark": "a CPU launches no kernels"},
        readings=DeviceReadings(throttled=["power cap"]),
    )
    text = rendered(SweepPage(analyze_sweep([analyze_point(outcome, PLATFORM)]), "run"))
    assert "a CPU launches no kernels" in text
    assert "clocks were lowered: power cap" in text


def test_nothing_launched_is_no_tklqt_of_zero() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 100).step(0, 0, 100).build()
    facts = {"device": "cpu"}
    outcome = fake_outcome(Point("gpt2", 1, 512), trace=trace, facts=facts)
    text = rendered(SweepPage(analyze_sweep([analyze_point(outcome, PLATFORM)]), "run"))
    assert row_of(text, 1)[2:6] == ["-"] * 4
    assert "0 ns" not in text
    assert re.search("^   cpu ", text, re.MULTILINE)

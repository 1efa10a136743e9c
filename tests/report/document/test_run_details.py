"""What a run's traces and platforms add to its page.

Of the fake device (tests/prefill/fakes.py) an iteration at batch 1 takes 118 us, of which the GPU
waits 6 us for the first of 12 kernels and 8 us for each other: 94 us. On ``slow``, whose host takes
40 us an operator, it takes 448 us and waits 6 + 11 * 38 = 424 us.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from skipx.cli.trace_results import trace_results
from skipx.platforms import REFERENCES, preset
from skipx.prefill.point import Point
from skipx.prefill.run_platforms import RunPlatforms
from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.document.blocks import (
    Cell,
    Column,
    Curves,
    DataTable,
    Document,
    Series,
    Timeline,
)
from skipx.report.document.run_details import RunDetails, located, shown_points, waits_share
from skipx.report.document.run_document import run_document
from skipx.report.document.run_groups import run_groups
from skipx.report.document.run_joined import filled, overlaid
from skipx.report.document.run_timelines import MOST_BLOCKS, run_timelines
from tests.platforms.builders import full_platform
from tests.prefill.fakes import fake_trace
from tests.report.document.test_run_document import blocks, table
from tests.report.reports import HOSTILE, predictions, results, sweep_report
from tests.report.sweeps import sweep_analysis

MODEL, LAST = "gpt2", "Llama-3.2-1B"
SLOW = Point(MODEL, 1, 512, platform="slow")


def sweep(*platforms: str) -> SweepAnalysis:
    return sweep_analysis([MODEL], platforms or ("intel-h100", "slow"))


def details(*points: Point, **changes: Any) -> RunDetails:
    """Return close-ups and predictions of points: a graph that wins 2.00x, a plan 1.50x."""
    found = RunDetails(**changes)
    for point in points:
        host_ns = 40_000 if point.platform == "slow" else 10_000
        found = found.with_close_up(point, results(fake_trace(point, host_ns), predictions()))
    return found


def of_kind(document: Document, section: str, kind: type[Any]) -> list[Any]:
    return [block for block in blocks(document, section) if isinstance(block, kind)]


def test_launches_cost_the_time_that_the_gpu_waits_for_them() -> None:
    quick, slow = (series.points[0] for series in sweep().series)
    assert waits_share(quick) == pytest.approx(94 / 118)
    assert waits_share(slow) == pytest.approx(424 / 448)
    # The replay counts copies and sets too: 600 of 1000 ns.
    assert details(SLOW).launch_cost(slow) == pytest.approx(0.6)
    assert details().launch_cost(slow) == pytest.approx(424 / 448)


def test_of_each_model_the_smallest_batch_with_the_dearest_launches_is_shown() -> None:
    groups = run_groups(sweep_analysis([MODEL, LAST], ["intel-h100", "slow", "amd-a100"]))
    assert shown_points(groups, RunDetails()) == [SLOW, replace(SLOW, model=LAST)]


def test_other_points_are_shown_where_they_are_asked_for() -> None:
    large = replace(SLOW, batch=64)
    assert shown_points(run_groups(sweep()), RunDetails(), [large.key]) == [large]
    assert shown_points(run_groups(sweep()), RunDetails(), ["nothing"]) == []
    intro = [
        section.intro
        for asked in (False, True)
        for section in sweep_report(sweep(), details=details(SLOW, asked_for=asked)).sections
        if section.id == "timeline"
    ]
    assert intro[0].startswith("Of each model, at its smallest batch size,")
    assert intro[1].startswith("The points that were asked for.")


def test_the_first_screen_tells_the_cost_of_launches_and_the_predicted_win() -> None:
    found = sweep_report(sweep(), details=details(SLOW)).summary
    assert found.reason == (
        "At batch 1 launches cost 60–80 % of the latency: the GPU waits for them."
        " Capturing an iteration as one graph is predicted to win 2.00x ± 0.04."
    )
    assert found.advice == [
        "gpt2: CPU-bound up to batch 4 on intel-h100; up to batch 16 on slow."
        " At batch 1 on slow launches cost 60 % of the latency; one graph is predicted to win"
        " 2.00x ± 0.04, 2 distinct fused kernels 1.50x."
    ]
    assert [figure.value for figure in found.figures[2:]] == ["60–80 %", "2.00x ± 0.04"]


def test_wins_of_several_points_are_a_range_and_small_ones_are_not_told() -> None:
    quick = Point(MODEL, 1, 512, platform="intel-h100")
    less = replace(predictions().predictions[0], speedup=1.25)
    both = details(SLOW).with_predictions(quick, predictions(predictions=[less]), "")
    assert sweep_report(sweep(), details=both).summary.reason.endswith("win 1.25x to 2.00x.")
    nothing = predictions(predictions=[replace(less, speedup=1.01)], plan=[])
    none = RunDetails().with_predictions(SLOW, nothing, "")
    assert sweep_report(sweep(), details=none).summary.reason.endswith("the GPU waits for them.")


def test_without_predictions_the_page_says_why() -> None:
    refused = RunDetails().with_predictions(SLOW, None, "the replay misses the trace by 9 %")
    report = sweep_report(sweep(), details=refused)
    (row,) = table(report, "doubts").rows
    assert [cell.text for cell in row] == [
        "gpt2, slow, batch 1",
        "not predicted: the replay misses the trace by 9 %",
    ]
    assert report.summary.figures[3].label == "GPU idle"


def test_warnings_of_predictions_say_of_which_point() -> None:
    found = predictions(warnings=["left out an iteration: 2 kernels have no launch"])
    report = sweep_report(sweep(), details=RunDetails().with_predictions(SLOW, found, ""))
    (row,) = table(report, "doubts").rows
    assert [cell.text for cell in row] == [
        "gpt2, slow, batch 1",
        "left out an iteration: 2 kernels have no launch",
    ]


def test_each_close_up_has_a_timeline_of_its_own() -> None:
    analysis = sweep_analysis([MODEL, LAST], ["slow"])
    shown = details(SLOW, replace(SLOW, model=LAST))
    made = of_kind(sweep_report(analysis, details=shown), "timeline", Timeline)
    assert [one.title for one in made] == [
        "gpt2, slow, batch 1: ProfilerStep#1",
        "Llama-3.2-1B, slow, batch 1: ProfilerStep#1",
    ]
    for one in made:
        # A step of the fake device ends 40 us after its last operator.
        assert one.summary.startswith("520.0 us, 12 kernels. The GPU waited 12 times for a launch")
        waits = one.roles.index("GPU waits for a kernel's launch")
        drawn = zip(one.spans.role, one.spans.dur, strict=True)
        assert sum(dur for role, dur in drawn if role == waits) == 424_000


def test_timelines_share_a_budget_of_blocks_and_say_what_they_left_out() -> None:
    points = [replace(SLOW, batch=batch) for batch in (1, 2)]
    whole = of_kind(sweep_report(sweep(), details=details(*points)), "timeline", Timeline)
    assert all(not one.note for one in whole)
    assert sum(one.events for one in whole) < MOST_BLOCKS
    shown = list(located(run_groups(sweep()), points))
    few = run_timelines(shown, details(*points), most=40)
    assert all("Down-sampled" in one.note for one in few)
    assert sum(len(one.spans.lane) for one in few) <= 40 < sum(one.events for one in few)


def test_chains_have_the_predicted_speedups_beside_the_ideal() -> None:
    trace = fake_trace(SLOW, 40_000)
    found = trace_results(trace, None, top=10, candidates=5)
    report = sweep_report(sweep(), details=RunDetails().with_close_up(SLOW, found))
    speedup, counts = of_kind(report, "chains-section", Curves)
    assert speedup.id == "model-1-gpt2-2-b1-chain-speedup"
    assert counts.id == "model-1-gpt2-2-b1-chain-counts"
    *ideal, predicted = speedup.series
    assert [line.name for line in ideal] == ["by occurrences", "by types"]
    assert predicted.points
    best = max(value for value in predicted.values if value is not None)
    candidates = table(report, "candidates")
    assert {row[0].text for row in candidates.rows} == {"gpt2, slow, batch 1"}
    place = [column.title for column in candidates.columns].index("predicted")
    assert max(row[place].value or 0 for row in candidates.rows) == best > 1


def test_each_series_has_what_a_plan_and_a_graph_are_predicted_to_win() -> None:
    report = sweep_report(sweep(), details=details(SLOW))
    rows = {row[1].text: [cell.text for cell in row[-2:]] for row in table(report, "chains").rows}
    assert rows == {"intel-h100": ["-", "-"], "slow": ["1.50x", "2.00x"]}


def test_plans_are_lines_of_one_chart_and_rows_of_one_table() -> None:
    analysis = sweep_analysis([MODEL, LAST], ["slow"])
    shown = details(SLOW, replace(SLOW, model=LAST))
    report = sweep_report(analysis, details=shown)
    (curve,) = of_kind(report, "what-if", Curves)
    assert [line.name for line in curve.series] == [MODEL, LAST]
    assert [line.values for line in curve.series] == [[1.0, 1.25, 1.5]] * 2
    plan = table(report, "plan")
    assert [row[0].text for row in plan.rows] == [
        *["gpt2, slow, batch 1"] * 2,
        *["Llama-3.2-1B, slow, batch 1"] * 2,
    ]
    what_if = table(report, "predictions")
    assert [row[1].text for row in what_if.rows] == ["graph"] * 2


def figures(**platforms: Any) -> DataTable:
    made = RunDetails(platforms=RunPlatforms(**platforms))
    return table(sweep_report(sweep(), details=made), "launch-figures")


def test_published_launch_costs_are_always_there_with_source_and_definition() -> None:
    found = figures()
    assert [[cell.text for cell in row[2:4]] for row in found.rows if row[0].text == "GH200"] == [
        ["launch overhead", "call"],
        ["null kernel duration", "duration"],
    ]
    assert len(found.rows) == len(REFERENCES)
    assert all(row[-1].text for row in found.rows)
    assert "call: duration of the launch call, its end minus its begin." in found.note


def test_emulated_platforms_stand_beside_what_they_were_made_of() -> None:
    rows = [[cell.text for cell in row] for row in figures(emulated=[preset("gh200")]).rows]
    calls = [row[:5] for row in rows if row[3] == "call" and row[4] == "2,771.6 ns"]
    assert calls == [
        ["gh200", "emulated", "launch call", "call", "2,771.6 ns"],
        ["GH200", "published", "launch overhead", "call", "2,771.6 ns"],
    ]
    floor = next(row for row in rows if row[2] == "launch floor of a program")
    assert floor[3:] == [
        "program_t_l",
        "6,600.0 ns",
        "assumed: that of the H100, longer by what the launch call is longer",
    ]


def test_measured_launch_paths_are_all_shown() -> None:
    platform = full_platform()
    made = RunDetails(platforms=RunPlatforms(measured=platform))
    report = sweep_report(sweep_analysis([MODEL], [""]), details=made)
    rows = [[cell.text for cell in row] for row in table(report, "launch-paths").rows]
    assert len(rows) == len(platform.launch_paths) == 2
    assert rows[0][2:] == ["2.300 us", "4.481 us", "-", "1.216 us"]
    own = [row for row in table(report, "launch-figures").rows if row[0].text == platform.name]
    assert {row[1].text for row in own} == {str(platform.provenance)}
    # What the emulator would take of it is not what was measured.
    assert not {"host_op", "host_launch"} & {row[3].text for row in own}


def test_platforms_that_are_not_known_are_named() -> None:
    unknown = RunPlatforms(unknown=[f"The platform {HOSTILE} is not known here."])
    made = RunDetails(platforms=unknown)
    report = sweep_report(sweep(), details=made)
    (section,) = [found for found in report.sections if found.id == "launch-paths-section"]
    assert f"The platform {HOSTILE} is not known here." in section.intro
    assert "No launch path was measured" not in section.intro


def test_ids_of_blocks_are_unique() -> None:
    points = [replace(SLOW, batch=batch) for batch in (1, 2)]
    quick = replace(SLOW, platform="intel-h100")
    report = sweep_report(sweep(), details=details(*points, quick))
    ids = [
        identity
        for section in report.sections
        for identity in (section.id, *(getattr(block, "id", None) for block in section.blocks))
        if identity is not None
    ]
    assert len(ids) == len(set(ids))


def test_every_table_row_has_a_cell_for_each_column() -> None:
    report = sweep_report(
        sweep(), details=details(SLOW, platforms=RunPlatforms(emulated=[preset("gh200")]))
    )
    tables = [b for s in report.sections for b in s.blocks if isinstance(b, DataTable)]
    assert len(tables) > 8
    for found in tables:
        assert all(len(row) == len(found.columns) for row in found.rows), found.id


def test_columns_that_no_row_fills_are_left_out() -> None:
    columns = [Column("a"), Column("b"), Column("c")]
    rows = [[Cell("1"), Cell("-"), Cell("")], [Cell("-"), Cell("-"), Cell("3")]]
    found = filled(DataTable("t", "T", columns, rows))
    assert [column.title for column in found.columns] == ["a", "c"]
    assert [[cell.text for cell in row] for row in found.rows] == [["1", ""], ["-", "3"]]


def test_shorter_lines_end_where_they_end() -> None:
    short = Curves("c", "C", "Short.", "x", "y", [0.0, 1.0], [Series("s", [1.0, 2.0])])
    long = replace(short, summary="Long.", x=[0.0, 1.0, 2.0], series=[Series("s", [1.0, 3.0, 4.0])])
    found = overlaid([("one", short), ("other", long)])
    assert found is not None
    assert found.x == [0.0, 1.0, 2.0]
    assert found.series == [Series("one", [1.0, 2.0, None]), Series("other", [1.0, 3.0, 4.0])]
    assert found.summary == "one: Short. other: Long."
    assert overlaid([]) is None


def test_the_document_is_a_function_of_its_results() -> None:
    made = details(SLOW)
    assert (
        sweep_report(sweep(), details=made).to_dict()
        == run_document(
            sweep(),
            title="run",
            made_by={"command": ["skipx", "run"], "environment": {"skipx": "0"}},
            remarks=[],
            stamp=sweep_report(sweep()).stamp,
            details=made,
        ).to_dict()
    )

"""The document on a trace that was made by hand, number by number."""

from __future__ import annotations

import dataclasses
import json

import pytest

from skipx.errors import UsageError
from skipx.records import Source
from skipx.report.document.blocks import (
    Block,
    Curves,
    DataTable,
    Document,
    Facts,
    Histogram,
    Timeline,
    Whole,
)
from skipx.report.document.trace_document import trace_document
from skipx.units import format_share
from skipx.whatif.result import Prediction
from tests.builders import TraceBuilder
from tests.report.reports import (
    STAMP,
    document,
    hostile_trace,
    predictions,
    results,
    small_trace,
)


def block(of: Document, kind: type[Block], identity: str = "") -> Block:
    (found,) = [
        block
        for section in of.sections
        for block in section.blocks
        if isinstance(block, kind) and (not identity or getattr(block, "id", "") == identity)
    ]
    return found


def timeline(of: Document) -> Timeline:
    found = block(of, Timeline)
    assert isinstance(found, Timeline)
    return found


def table(of: Document, identity: str) -> list[list[str]]:
    found = block(of, DataTable, identity)
    assert isinstance(found, DataTable)
    return [[cell.text for cell in row] for row in found.rows]


def drawn(of: Timeline) -> list[tuple[str, str, str, int, int, int | None]]:
    """Return lane, role, name, begin, duration and t_l of each block."""
    spans = of.spans
    return [
        (of.lanes[lane].label, of.roles[role], of.names[name], begin, dur, t_l)
        for lane, role, name, begin, dur, t_l in zip(
            spans.lane, spans.role, spans.name, spans.begin, spans.dur, spans.t_l, strict=True
        )
    ]


def test_sums_over_several_iterations_say_so() -> None:
    several = document(small_trace())
    assert several.sections[0].intro.endswith("The figures are of 3 iterations together.")
    latency, tklqt, *_ = several.summary.figures
    assert tklqt.note.endswith(", 3 iterations")
    assert latency.value == "2.280 us", "from 90 to 2370"
    assert latency.note == "3 iterations together; from the first aten:: op"
    found = predictions(measured_il_ns=273.3)
    latency, *_ = document(small_trace(), predictions=found).summary.figures
    assert latency.note == "3 iterations together, mean 273.3 ns; from the first aten:: op"
    assert (
        "together" not in document(TraceBuilder().op("aten::mm", 0, 10).build()).sections[0].intro
    )


def test_the_timeline_is_that_of_the_iteration_with_the_median_latency() -> None:
    found = timeline(document(small_trace()))
    # Latencies: 270, 270 and 280 ns.
    assert found.title == "Timeline of ProfilerStep#1, the one with the median latency of 3"
    assert (found.begin_ns, found.length_ns, found.events) == (1_000, 1_000, 8)


def test_the_timeline_holds_every_event_of_its_iteration() -> None:
    found = timeline(document(small_trace()))
    assert sorted(drawn(found)) == [
        ("calls", "launch call", "cudaLaunchKernel", 100, 5, None),
        ("calls", "launch call", "cudaLaunchKernel", 150, 5, None),
        ("calls", "synchronizing call", "cudaDeviceSynchronize", 200, 180, None),
        ("stream 7", "GPU waits for a kernel's launch", "a", 90, 20, None),
        ("stream 7", "kernel", "a", 110, 200, 10),
        ("stream 7", "kernel", "b", 310, 50, 160),
        ("thread 1/0", "operator", "aten::add", 140, 40, None),
        ("thread 1/0", "operator", "aten::mm", 90, 40, None),
    ]


def test_waits_for_copies_and_sets_are_drawn_apart_and_counted_with_the_others() -> None:
    builder = TraceBuilder().step(0, 0, 1_000).op("aten::mm", 90, 40)
    for k in range(5):
        builder.launch("warm", at=-5_000 + 500 * k, latency=10, dur=20)
    builder.launch("a", at=100, latency=10, dur=200)
    correlation = builder.correlation()
    builder.call("cudaMemsetAsync", 400, 5, correlation=correlation)
    found = timeline(document(builder.memset(410, 10, correlation=correlation).build()))
    waits = [row[1:5] for row in drawn(found) if "waits" in row[1]]
    assert waits == [
        ("GPU waits for a kernel's launch", "a", 90, 20),
        ("GPU waits for that of a copy or set", "Memset (Device)", 310, 100),
    ]
    assert (
        "The GPU waited 2 times for a launch, 120 ns in all (12.0 % of it):"
        " 20 ns for kernels, 100 ns for copies and sets." in found.summary
    )


def test_queue_depth_rises_with_calls_and_falls_with_kernels() -> None:
    (depth,) = timeline(document(small_trace())).depths
    steps = list(zip(depth.time, depth.depth, strict=True))
    assert steps == [(100, 1), (110, 0), (150, 1), (310, 0)]


def test_shares_are_told_in_words_beside_their_bars() -> None:
    shared = [
        fact
        for section in document(small_trace()).sections
        for found in section.blocks
        if isinstance(found, Facts)
        for fact in found.facts
        if fact.share is not None
    ]
    assert "launch" in [fact.label for fact in shared]
    assert all(fact.note == format_share(fact.share) for fact in shared)


def test_why_nothing_is_predicted_is_said_in_place_of_predictions() -> None:
    without = dataclasses.replace(results(small_trace()), no_predictions="it <cannot>")
    (section,) = [one for one in trace_document(without, stamp=STAMP).sections if not one.blocks]
    assert (section.id, section.intro) == ("what-if", "Not predicted: it <cannot>.")


def test_terms_of_the_page_are_explained_on_it() -> None:
    explained = " ".join(row[0] for row in table(document(small_trace()), "terms"))
    columns = [
        column.title
        for section in document(small_trace()).sections
        for found in section.blocks
        if isinstance(found, DataTable)
        for column in found.columns
    ]
    for term in ("t_l", "PS", "C_fused", "K_fused"):
        assert any(term in title for title in columns)
        assert term in explained
    for term in ("TKLQT", "IL", "HDBI", "launch floor", "recoverable idle"):
        assert term in explained


def test_a_speedup_that_dwarfs_the_others_gets_a_logarithmic_axis() -> None:
    def speedups(kernels: int) -> Curves:
        builder = TraceBuilder()
        for k in range(3):
            builder.step(k, 1_000 * k, 1_000)
            for i in range(kernels):
                builder.launch(f"k{i}", at=1_000 * k + 20 * i, latency=5, dur=10)
        found = block(document(builder.build()), Curves, "chain-speedup")
        assert isinstance(found, Curves)
        return found

    assert not speedups(10).log_y
    assert speedups(30).log_y


def test_an_iteration_can_be_asked_for() -> None:
    found = timeline(document(small_trace(), iteration=2))
    assert found.title == "Timeline of ProfilerStep#2, as asked for"
    assert ("stream 7", "kernel", "a", 120, 200, 20) in drawn(found)
    with pytest.raises(UsageError, match="no iteration 7"):
        document(small_trace(), iteration=7)


def test_waits_name_the_operator_that_launched_at_last() -> None:
    # The first kernel of the trace has no operator; its wait begins with the IL at aten::mm.
    found = document(small_trace())
    assert [row[0] for row in table(found, "waits")] == ["aten::mm"]
    assert table(found, "longest-waits") == [["20 ns", "90 ns", "a", "aten::mm"]]


def test_every_table_row_has_a_cell_for_each_column() -> None:
    for section in document(small_trace()).sections:
        for found in section.blocks:
            if isinstance(found, DataTable):
                assert {len(row) for row in found.rows} <= {len(found.columns)}


def test_parts_of_a_whole_add_up() -> None:
    for section in document(small_trace()).sections:
        for found in section.blocks:
            if isinstance(found, Whole):
                assert sum(part.share for part in found.parts) == pytest.approx(1)


def test_the_histogram_counts_every_launch_once() -> None:
    found = block(document(small_trace()), Histogram)
    assert isinstance(found, Histogram)
    by_name = {series.name: sum(filter(None, series.values)) for series in found.series}
    # Two launches an iteration, the second queued, and five outside them.
    assert by_name == {"GPU waited": 8, "queued": 3}
    assert all(len(series.values) == len(found.edges_ns) - 1 for series in found.series)


def test_curves_are_over_every_length_that_a_chain_has() -> None:
    found = block(document(small_trace()), Curves, "chain-speedup")
    assert isinstance(found, Curves)
    assert found.x == [2.0]
    assert [(series.name, list(series.values)) for series in found.series] == [
        ("by occurrences", [2.0]),
        ("by types", [2.0]),
    ]


def prediction(what: str, speedup: float) -> Prediction:
    saving = 1_000 * (1 - 1 / speedup)
    after = 1_000 - saving
    known = (what, after, speedup, saving, None, None, None, None, 1.0, None, None)
    return Prediction(*known, limit="host", host_share=0.5, device_share=0.5)


def test_chains_are_ranked_by_what_each_alone_is_predicted_to_save() -> None:
    # a b and c d e recur in an iteration; all of it recurs in three.
    builder = TraceBuilder()
    for k in range(3):
        builder.step(k, 1_000 * k, 1_000)
        for i, name in enumerate("abxabycdezcdew"):
            builder.launch(name, at=1_000 * k + 50 * i, latency=5, dur=10)
    found = results(builder.build())
    ranked = found.chains.candidates
    assert len(ranked) > 1
    told = [prediction("chain (dispatch-elided)", 1 + rank / 10) for rank in range(len(ranked))]
    told[0] = prediction("chain 1 (graph)", 1.01)
    one = trace_document(dataclasses.replace(found, chain_predictions=told), stamp=STAMP)
    rows = table(one, "candidates")
    speedups = [float(row[8].removesuffix("x")) for row in rows]
    assert speedups == sorted(speedups, reverse=True)
    # The number stays that of `skipx chains`, which --fuse takes.
    assert [row[0] for row in rows] == [str(n) for n in (*range(len(ranked), 1, -1), 1)]
    assert [row[9] for row in rows] == ["one kernel"] * (len(ranked) - 1) + ["graph"]
    chart = block(one, Curves, "chain-speedup")
    assert isinstance(chart, Curves)
    points = chart.series[2]
    assert points.points
    best = {
        c.length: max(t.speedup for t, o in zip(told, ranked, strict=True) if o.length == c.length)
        for c in ranked
    }
    assert dict(zip(chart.x, points.values, strict=True)) == {
        row: best.get(int(row)) for row in chart.x
    }


def test_without_predictions_chains_are_ranked_by_launches() -> None:
    rows = table(document(small_trace()), "candidates")
    assert [(row[0], row[8], row[9]) for row in rows] == [
        (str(n), "-", "-") for n in range(1, len(rows) + 1)
    ]


@pytest.mark.parametrize(
    ("source", "marker"),
    [
        (Source(kind="emulated", synthetic=True), "EMULATED"),
        (Source(kind="kineto", synthetic=True), "SYNTHETIC"),
        (Source(kind="kineto"), ""),
    ],
)
def test_what_was_not_measured_is_marked(source: Source, marker: str) -> None:
    found = document(small_trace(source=source))
    assert found.marker == marker
    assert bool(found.marker_note) == bool(marker)


def test_a_trace_without_kernels_says_so_and_has_no_figures() -> None:
    found = document(TraceBuilder().op("aten::mm", 0, 10).build())
    assert found.summary.label == "no bound class"
    assert found.summary.reason.startswith("There are no kernels")
    assert found.summary.figures == []
    assert [section.id for section in found.sections] == ["timeline", "quality"]


def test_an_empty_trace_has_a_document() -> None:
    found = document(TraceBuilder().build())
    assert [section.id for section in found.sections] == ["quality"]


def test_ids_of_blocks_are_unique() -> None:
    ids = [
        block.id
        for section in document(hostile_trace()).sections
        for block in section.blocks
        if isinstance(block, DataTable | Timeline | Histogram | Curves)
    ]
    assert len(ids) == len(set(ids))


def test_json_has_every_block_with_its_kind() -> None:
    found = document(small_trace())
    plain = json.loads(json.dumps(found.to_dict()))
    kinds = [block["kind"] for section in plain["sections"] for block in section["blocks"]]
    assert kinds == [block.kind for section in found.sections for block in section.blocks]
    assert plain["skipx"]["schema"] == "skipx.report/1"
    assert plain["summary"] == json.loads(json.dumps(dataclasses.asdict(found.summary)))

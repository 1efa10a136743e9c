"""What the report tells of predictions, number by number."""

from __future__ import annotations

from skipx.report.document.blocks import Curves, DataTable, Document, Section
from tests.report.reports import document, predictions, small_trace


def what_if(of: Document) -> Section:
    (found,) = [section for section in of.sections if section.id == "what-if"]
    return found


def test_the_first_screen_has_the_bound_the_graph_and_the_plan() -> None:
    found = document(small_trace(), predictions=predictions()).summary
    # 600 of 1000 ns are waited: without them 400 are left.
    assert found.advice[:3] == [
        "Winning all of that waiting would give 2.50x.",
        "Capturing the iteration as one graph is predicted to win 2.00x (1.96–2.04).",
        "2 distinct fused kernels are predicted to win 1.50x; the plan names them.",
    ]
    (waiting,) = [fact for fact in found.figures if fact.label == "GPU waits for launches"]
    assert (waiting.value, waiting.note) == ("60.0 %", "600 ns an iteration, copies and sets too")


def test_what_wins_nothing_is_not_on_the_first_screen() -> None:
    found = document(
        small_trace(), predictions=predictions(predictions=[], plan=[], recoverable_ns=0.0)
    )
    assert not any("predicted" in line or "Winning" in line for line in found.summary.advice)


def test_one_fused_kernel_is_told_in_the_singular() -> None:
    plan = predictions().plan[:1]
    told = document(small_trace(), predictions=predictions(plan=plan)).summary.advice
    assert "1 distinct fused kernel is predicted to win 1.25x; the plan names it." in told


def test_a_cpu_bound_trace_that_hardly_waits_is_not_said_to_be_set_by_launches() -> None:
    """The class counts launches and GPU idle; the replay may find that little is won by either."""
    trace = small_trace()
    bound = document(trace).summary
    assert bound.label == "CPU-bound"
    found = document(trace, predictions=predictions(recoverable_ns=10.0)).summary
    assert found.label == "CPU-bound"
    assert found.headline == (
        "Most launches find the GPU waiting, but only 1.0 % of the latency is that wait: something"
        " else sets it."
    )
    assert not any(line.startswith("Winning all") for line in found.advice)


def test_the_section_says_what_it_starts_from_and_warns() -> None:
    found = what_if(document(small_trace(), predictions=predictions(warnings=["odd"])))
    assert found.intro == (
        "The trace is replayed with the change. Unchanged, the replay gives 1.000 us an iteration"
        " where 1.001 us were traced (-0.10 % at most). Warning: odd."
    )
    whats, curve, plan = found.blocks
    assert isinstance(whats, DataTable)
    assert [cell.text for cell in whats.rows[0]] == [
        "graph", "500 ns", "2.00x", "1.96–2.04x", "1", "8.00x", "2.50x", "device",
    ]  # fmt: skip
    assert isinstance(curve, Curves)
    assert (curve.x, list(curve.series[0].values)) == ([0, 1, 2], [1, 1.25, 1.5])
    assert isinstance(plan, DataTable)
    assert len(plan.rows) == 2


def test_without_predictions_the_waiting_is_that_for_kernels() -> None:
    found = document(small_trace()).summary
    (waiting,) = [fact for fact in found.figures if fact.label == "GPU waits for launches"]
    assert waiting.note.endswith("kernels only")
    assert "what-if" not in [section.id for section in document(small_trace()).sections]

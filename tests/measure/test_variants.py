from __future__ import annotations

import pytest

from skipx.measure.plan import Message, Plan
from skipx.measure.stopping import StoppingRule
from skipx.measure.variants import GRAPH_NODES, PATHS, QUEUE_BUDGET, Variant, variants


def test_every_axis_of_the_protocol_is_there() -> None:
    found = variants()
    for path in ("chevron", "cudaLaunchKernel", "cudaLaunchKernelExC", "cuLaunchKernelEx"):
        of_path = {variant for variant in found if variant.path == path}
        assert {variant.argument_bytes for variant in of_path} == {0, 64, 512, 4096}
        assert {variant.wide for variant in of_path} == {False, True}
        assert {variant.stream for variant in of_path} == {"non-blocking", "default"}
    graphs = {(v.nodes, v.branches) for v in found if v.path == "cuGraphLaunch"}
    assert graphs == {(n, 1) for n in GRAPH_NODES} | {(n, 4) for n in GRAPH_NODES if n > 1}
    assert {variant.path for variant in found} == set(PATHS)
    assert len(found) == len(set(found))


def test_quick_is_each_path_at_its_base() -> None:
    found = variants(quick=True)
    assert {variant.path for variant in found} == set(PATHS)
    assert all(not variant.argument_bytes and not variant.wide for variant in found)


@pytest.mark.parametrize("variant", variants())
def test_a_burst_never_fills_the_queue(variant: Variant) -> None:
    assert variant.burst >= 1
    assert variant.burst * (variant.nodes or 1) <= max(QUEUE_BUDGET, variant.nodes or 1)


def test_labels_tell_variants_apart() -> None:
    labels = [variant.label for variant in variants()]
    assert len(set(labels)) == len(labels)
    assert Variant("cuGraphLaunch", nodes=1000, branches=4).label == (
        "cuGraphLaunch, 1,000 nodes, 4 branches"
    )
    assert Variant("torch", stream="default").label == "torch"


def test_plans_and_messages_survive_their_lines() -> None:
    plan = Plan(tuple(variants()), True, 2, 5, StoppingRule(least=7), 0.1, False)
    assert Plan.from_json(plan.to_json()) == plan
    message = Message("row", {"a": [1, None]})
    assert Message.from_line(message.to_line()) == message
    assert message.to_line().count("\n") == 1

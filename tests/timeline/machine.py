"""The machine of traces made by hand, and what is asked of their replays."""

from __future__ import annotations

from skipx.platforms import Definition, Gaps, PerCall, Platform, Provenance, Quantity
from skipx.timeline import Kind
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.replay import Replay

FLOOR, GAP, DELTA = 50, 10, 7


def platform(*, queue_depth: int = 1024) -> Platform:
    return Platform(
        name="bench",
        provenance=Provenance.MEASURED,
        launch_floor_ns=PerCall(default=Quantity(FLOOR, Definition.T_L)),
        gap_ns=Gaps(kernel_kernel=Quantity(GAP, Definition.GAP)),
        queue_depth=Quantity(queue_depth, Definition.QUEUE_DEPTH),
        sync_return_ns=Quantity(DELTA, Definition.SYNC_RETURN),
    )


def identical(found: Replay) -> None:
    source = found.source
    assert found.playback.begin.tolist() == source.begin.tolist()
    assert found.playback.activity_begin.tolist() == source.activity_begin.tolist()
    assert found.il_ns == source.measured_il_ns
    assert found.tklqt_ns == source.measured_tklqt_ns


def kinds(source: TraceProgram) -> list[Kind]:
    return [Kind(kind) for kind in source.program.items.kind.tolist()]

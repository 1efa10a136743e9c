"""V5 on a trace: the depth of the queue, and what the host waits for a place in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.timeline.from_trace import from_trace
from skipx.timeline.play import play
from skipx.timeline.program import QUEUE_DEPTH, Playback
from skipx.timeline.replay import replay
from skipx.whatif.validation.back_pressure import deepest, observed, played
from skipx.whatif.validation.validated import Unit, Validated


def validate_queue(case: str, trace: Trace, platform: Platform | None = None) -> list[Validated]:
    """Return V5 of a trace whose queue was full, nothing for another.

    One that never was, though more launches were pending than the model's depth, has the depth
    that it must have at least.

    From the whole trace, as iterations that follow one another without a wait share the queue: the
    depth that the model takes, beside that at which calls waited; how many waited, and how long;
    TKLQT and IL. The waits of the trace are no input: a call at a full queue has the median
    duration of its name. Guesses beside them: a queue of half the depth, and one without a limit.
    What they all get right does not depend on the depth.

    Raises ``UsageError`` where no kernel runs in the trace.
    """
    source = from_trace(trace, platform)
    seen = observed(trace, source)
    parameters = source.parameters
    most = deepest(source)
    if seen is None and most < parameters.queue_depth:
        return []
    found = f"depth: {parameters.sources['queue_depth']}"
    depth = Validated(
        "V5",
        case,
        "queue depth",
        parameters.queue_depth,
        most + 1 if seen is None else seen.depth,
        {str(QUEUE_DEPTH): QUEUE_DEPTH} if parameters.queue_depth != QUEUE_DEPTH else {},
        f"{found}; at least, no call waited" if seen is None else found,
        Unit.LAUNCHES,
    )
    if seen is None:
        return [depth]
    try:
        model = replay(trace, platform).playback
    except MeasurementRefusedError as refusal:
        waited = seen.waited_ns
        return [depth, Validated("V5", case, "waits", None, waited, note=refusal.what)]
    others = {
        f"Q {parameters.queue_depth // 2}": parameters.queue_depth // 2,
        "no limit": len(source.program.items) + 1,
    }
    guesses = {
        name: play(source.program, dataclasses.replace(parameters, queue_depth=q))
        for name, q in others.items()
    }

    def row(
        quantity: str, measured: float, of: Callable[[Playback], float], unit: Unit = Unit.NS
    ) -> Validated:
        naive = {name: of(guess) for name, guess in guesses.items()}
        return Validated("V5", case, quantity, of(model), measured, naive, unit=unit)

    return [
        depth,
        row("calls that wait", seen.calls, lambda p: played(source, p).calls, Unit.LAUNCHES),
        row("waits", seen.waited_ns, lambda p: played(source, p).waited_ns),
        row("TKLQT", source.measured_tklqt_ns, source.tklqt_ns),
        row("IL", source.measured_il_ns, source.il_ns),
    ]

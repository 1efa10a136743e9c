"""V1 and V2: an iteration from its own times, and from those of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.whatif.iteration import iterations_of
from skipx.whatif.validation.validated import Validated, count_of


def validate_replay(case: str, trace: Trace, platform: Platform | None = None) -> list[Validated]:
    """Return V1, the iteration whose replay misses most, and V2, the pair that does.

    V2 predicts an iteration by the replay of another with as many launches, both drained; the
    spread of the measured ones is its note. Where every iteration is refused there is no
    prediction, and the reason in the note.
    """
    try:
        found, left_out = iterations_of(trace, platform)
    except MeasurementRefusedError as refusal:
        return [Validated("V1", case, "IL", None, None, note=refusal.what)]
    worst = max(found, key=lambda one: abs(one.replay.il_error))
    note = count_of(len(found)) + (f", {sum(left_out.values())} left out" if left_out else "")
    rows = [
        Validated("V1", case, "IL", worst.replay.il_ns, worst.source.measured_il_ns, note=note),
    ]
    drained = [one for one in found if one.source.taken.carried_over == 0]
    alike = [one for one in drained if one.scenario.launches == drained[-1].scenario.launches]
    if len(alike) < 2:
        return rows
    pairs = [
        (one.replay.il_ns, other.source.measured_il_ns) for one, other in permutations(alike, 2)
    ]
    predicted, measured = max(pairs, key=lambda pair: abs(pair[0] / pair[1] - 1))
    spread = _spread([one.source.measured_il_ns for one in alike])
    note = f"{count_of(len(alike))} alike, measured ones spread {100 * spread:.2f} %"
    return [*rows, Validated("V2", case, "IL", predicted, measured, note=note)]


def _spread(values: Sequence[int]) -> float:
    return (max(values) - min(values)) / float(np.mean(values))

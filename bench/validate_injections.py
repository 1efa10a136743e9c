"""V4 of the definitions, section 6: known host pauses and synchronisations, predicted and measured.

    python bench/validate_injections.py [--batch N ...] [--sequence N] [--machine NAME|FILE]

GPT-2 runs plain, with a pause of the host before each LayerNorm, and with a synchronisation there
(bench/injections.py). From the trace of the plain model the latency that the pauses add is
predicted, from that of the synchronised one the latency that goes with its synchronisations; each
is compared with the difference of the untraced medians. Exit code 0: done; 2: usage; 4: no GPU; 5:
a measurement or a replay refused itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fusion_savings import on_device, whole
from injections import MODEL, OPERATOR, PAUSE_NS

from skipx import platforms
from skipx.errors import SkipxError
from skipx.platforms import Platform
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.units import format_ns
from skipx.whatif.iteration import What
from skipx.whatif.pause import pause
from skipx.whatif.predict import predict
from skipx.whatif.scales import without_syncs
from skipx.whatif.validation import Validated

MODELS = Path(__file__).resolve().parent / "injections.py"


def main(arguments: Sequence[str]) -> int:
    """Print a row for each batch size and injection."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--sequence", type=int, default=512)
    parser.add_argument("--machine", default="auto")
    given = parser.parse_args(arguments)
    try:
        measure = on_device("skipx doctor tells what is missing")
        print(f"{'':4}{'case':34}{'predicted':>12}{'measured':>12}{'error':>10}")
        for batch in given.batch:
            for row in validated(batch, given.sequence, measure, given.machine):
                error = "-" if row.error is None else f"{100 * row.error:+.2f} %"
                print(
                    f"{row.test:4}{row.case:34}{format_ns(row.predicted_ns):>12}"
                    f"{format_ns(row.measured_ns):>12}{error:>10}  {row.note}",
                    flush=True,
                )
    except SkipxError as error:
        print(f"validate_injections: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


def validated(
    batch: int,
    sequence: int,
    measure: Callable[[Point], Outcome],
    machine: Platform | str = "auto",
) -> list[Validated]:
    """Return what pauses add and what synchronisations cost: predicted, and measured.

    Raises ``MeasurementRefusedError`` where a point was not measured or a trace is not replayed.
    """
    plain, paused, synchronised = (
        whole(measure(Point(f"{MODELS}:{which}", batch, sequence)))
        for which in ("plain", "paused", "synchronised")
    )
    case = f"{MODEL} {batch} {sequence}"
    trace = plain.trace
    assert trace is not None
    known = platforms.resolve(machine, devices=trace.environment.devices.values())
    added = -_saving(plain, pause(trace, OPERATOR, PAUSE_NS), known)
    saved = _saving(synchronised, lambda iteration: without_syncs(), known)
    return [
        Validated("V4", f"{case} pauses", added, _difference(paused, plain), {}, "added"),
        Validated("V4", f"{case} syncs", saved, _difference(synchronised, plain), {}, "removed"),
    ]


def _saving(outcome: Outcome, what: What, platform: Platform | None) -> float:
    assert outcome.trace is not None
    (row,) = predict(outcome.trace, [what], platform).predictions
    return row.saving_ns


def _difference(longer: Outcome, shorter: Outcome) -> float:
    return float(np.median(longer.control_ns) - np.median(shorter.control_ns))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The eager points of a run folder, each with the operator stream of its model."""

from __future__ import annotations

from pathlib import Path

from skipx.emulate.fit import Recording, Skipped
from skipx.emulate.streams import STREAMS, OperatorStream, load_stream
from skipx.errors import BadInputError, UsageError
from skipx.prefill.manifest import read_manifest
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.stored import POINTS, read_point_file, stored


def recordings(folder: Path) -> tuple[list[Recording], list[Skipped]]:
    """Return what a run folder holds for calibration, and why its other points are none.

    Raises ``BadInputError`` where it is no run folder, or is damaged.
    """
    read_manifest(folder)
    found, skipped = [], []
    for path in sorted((folder / POINTS).glob("*.json")):
        try:
            point = Point.from_dict(read_point_file(path)["point"])
        except FileNotFoundError as error:
            raise BadInputError("is a link to nothing", where=str(path)) from error
        outcome = None if (kept := stored(folder, point)) is None else kept.outcome
        label = f"{folder.name}/{point.key}"
        if outcome is None or outcome.trace is None:
            skipped.append(Skipped(label, "it has no trace"))
        elif point.mode != Mode.EAGER:
            skipped.append(Skipped(label, f"its mode is {point.mode}, not eager"))
        else:
            try:
                stream = _stream(outcome)
            except UsageError as error:
                skipped.append(Skipped(label, str(error)))
                continue
            found.append(Recording(label, outcome.trace, stream, point.batch, point.sequence))
    return found, skipped


def _stream(outcome: Outcome) -> OperatorStream:
    """Return the stream of the transformers that ran where it ships, else the newest."""
    point = outcome.point
    attention = str(outcome.facts.get("effective_attention") or point.attention)
    ran = ".".join(str(outcome.facts.get("transformers", "")).split(".")[:2])
    shipped = any(
        (key.model, key.attention, key.phase, key.transformers)
        == (point.model, attention, point.phase, ran)
        for key in STREAMS
    )
    return load_stream(
        point.model,
        attention=attention,
        transformers=ran if shipped else None,
        phase=point.phase,
    )

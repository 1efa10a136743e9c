"""One outcome on disk: ``points/KEY.json`` with its times and facts, ``traces/KEY`` its trace."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skipx.errors import BadInputError
from skipx.new_file import cannot_write
from skipx.prefill.checked import read_checked
from skipx.prefill.durable import PART, replace_json
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.records import Trace
from skipx.sources.saved import load_trace, save_trace

POINTS = "points"
TRACES = "traces"

Settings = Mapping[str, Any]
"""What a result depends on besides its point: versions, device, passes. JSON-ready."""


@dataclasses.dataclass(frozen=True, slots=True)
class StoredPoint:
    """An outcome as it was kept, and the settings it was made under."""

    outcome: Outcome
    settings: Settings

    @property
    def finished(self) -> bool:
        """Whether trying again would tell nothing new; a failure may have been a passing one."""
        return self.outcome.problem is None or self.outcome.out_of_memory


def store(folder: Path, outcome: Outcome, settings: Settings) -> None:
    """Write the outcome; its JSON file comes last, so that without it there is no point."""
    key = outcome.point.key
    points = folder / POINTS / f"{key}.json"
    trace = folder / TRACES / key
    part = trace.with_name(f".{key}{PART}")
    try:
        points.parent.mkdir(exist_ok=True)
        trace.parent.mkdir(exist_ok=True)
        points.unlink(missing_ok=True)
        shutil.rmtree(trace, ignore_errors=True)
        if outcome.trace is not None:
            source = dataclasses.replace(outcome.trace.source, path=f"{TRACES}/{key}")
            save_trace(dataclasses.replace(outcome.trace, source=source), part, force=True)
            part.replace(trace)
    except OSError as error:
        raise cannot_write(trace, error) from error
    replace_json(
        points,
        {
            "point": outcome.point.to_dict(),
            "settings": dict(settings),
            "trace": f"{TRACES}/{key}" if outcome.trace is not None else None,
            "control_ns": outcome.control_ns.tolist(),
            "traced_ns": outcome.traced_ns.tolist(),
            "compile_s": outcome.compile_s,
            "facts": dict(outcome.facts),
            "readings": dataclasses.asdict(outcome.readings),
            "problem": outcome.problem,
            "out_of_memory": outcome.out_of_memory,
        },
    )


def stored(folder: Path, point: Point) -> StoredPoint | None:
    """Return what was kept of a point, or None. Raises ``BadInputError`` where it is damaged."""
    content = _content(folder, point)
    if content is None:
        return None
    return StoredPoint(_outcome(folder, point, content), content["settings"])


def stored_trace(folder: Path, point: Point) -> Trace | None:
    """Return the trace of a point, or None. Raises ``BadInputError`` where it is damaged."""
    content = _content(folder, point)
    return load_trace(folder / TRACES / point.key) if content and content["trace"] else None


def stored_settings(folder: Path, point: Point) -> Settings:
    """Return what a point was made under. Raises ``BadInputError`` where it is damaged."""
    content = _content(folder, point)
    return content["settings"] if content else {}


def read_point_file(path: Path) -> dict[str, Any]:
    """Return the JSON file of a point, checked.

    Raises ``FileNotFoundError`` where there is none, and ``BadInputError`` where it is damaged.
    """
    return read_checked(path, "point.json", what="point of a run")


def _content(folder: Path, point: Point) -> dict[str, Any] | None:
    """Return the JSON file of a point, or None where there is none."""
    path = folder / POINTS / f"{point.key}.json"
    try:
        content = read_point_file(path)
    except FileNotFoundError:
        return None
    if Point.from_dict(content["point"]) != point:
        raise BadInputError("is no point of a run: it holds another point", where=str(path))
    return content


def _outcome(folder: Path, point: Point, content: Mapping[str, Any]) -> Outcome:
    return Outcome(
        point=point,
        trace=load_trace(folder / TRACES / point.key) if content["trace"] else None,
        control_ns=np.array(content["control_ns"], dtype=np.int64),
        traced_ns=np.array(content["traced_ns"], dtype=np.int64),
        compile_s=content["compile_s"],
        facts=content["facts"],
        readings=DeviceReadings(
            **{
                field.name: content["readings"][field.name]
                for field in dataclasses.fields(DeviceReadings)
            }
        ),
        problem=content["problem"],
        out_of_memory=content["out_of_memory"],
    )

"""One outcome on disk: ``points/KEY.json`` with its times and facts, ``traces/KEY`` its trace."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skipx.errors import BadInputError
from skipx.prefill.durable import PART, cannot_write, replace_json
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
    try:
        return StoredPoint(_outcome(folder, point, content), dict(content["settings"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(folder, point, error) from error


def stored_trace(folder: Path, point: Point) -> Trace | None:
    """Return the trace of a point, or None. Raises ``BadInputError`` where it is damaged."""
    content = _content(folder, point)
    return load_trace(folder / TRACES / point.key) if content and content.get("trace") else None


def stored_settings(folder: Path, point: Point) -> Settings:
    """Return what a point was made under. Raises ``BadInputError`` where it is damaged."""
    found = (_content(folder, point) or {}).get("settings")
    return found if isinstance(found, dict) else {}


def _content(folder: Path, point: Point) -> Mapping[str, Any] | None:
    """Return the JSON file of a point, or None where there is none."""
    path = _file(folder, point)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInputError(f"cannot be read: {error}", where=str(path)) from error
    try:
        content: Mapping[str, Any] = json.loads(text)
        if Point.from_dict(content["point"]) != point:
            raise ValueError("it holds another point")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(folder, point, error) from error
    return content


def _file(folder: Path, point: Point) -> Path:
    return folder / POINTS / f"{point.key}.json"


def _damaged(folder: Path, point: Point, error: Exception) -> BadInputError:
    return BadInputError(f"is no point of a run: {error}", where=str(_file(folder, point)))


def _outcome(folder: Path, point: Point, content: Mapping[str, Any]) -> Outcome:
    return Outcome(
        point=point,
        trace=load_trace(folder / TRACES / point.key) if content["trace"] else None,
        control_ns=np.array(content["control_ns"], dtype=np.int64),
        traced_ns=np.array(content["traced_ns"], dtype=np.int64),
        compile_s=content["compile_s"],
        facts=dict(content["facts"]),
        readings=DeviceReadings(**content["readings"]),
        problem=content["problem"],
        out_of_memory=content["out_of_memory"],
    )

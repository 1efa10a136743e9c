"""The platform file: one JSON object with a schema, a version and the costs of a launch.

::

    {
      "schema": "skipx.platform",
      "version": "1.0",
      "name": "h200-lab",
      "provenance": "measured",
      "launch_floor_ns": {"default": 4452, "by_call": {"cudaLaunchKernel": 4452}},
      "gap_ns": 900,
      "citation": "skipx launch, 2026-01-31"
    }

``by_call``, ``gap_ns`` and any key that this version does not know may be absent or present.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from skipx.errors import BadInputError

SCHEMA = "skipx.platform"
VERSION = (1, 0)


class Provenance(StrEnum):
    """How the figures of a platform came to be known."""

    MEASURED = "measured"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Platform:
    """What a launch costs on one machine, ns.

    ``launch_floor_ns`` is the begin-to-begin latency of a null kernel on an idle stream for any
    call that ``launch_floor_by_call`` does not name; ``gap_ns`` lies between two queued kernels.
    """

    name: str
    provenance: Provenance
    launch_floor_ns: int
    launch_floor_by_call: Mapping[str, int] = field(default_factory=dict)
    gap_ns: int | None = None
    citation: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the platform as the JSON object of its file."""
        return {
            "schema": SCHEMA,
            "version": ".".join(map(str, VERSION)),
            "name": self.name,
            "provenance": str(self.provenance),
            "launch_floor_ns": {
                "default": self.launch_floor_ns,
                "by_call": dict(self.launch_floor_by_call),
            },
            "gap_ns": self.gap_ns,
            "citation": self.citation,
        }


def load(path: str | Path) -> Platform:
    """Return the platform in a JSON file; ``BadInputError`` says what is wrong with the file."""
    where = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInputError(f"cannot read the platform file: {reason}", where=where) from error
    except UnicodeDecodeError as error:
        raise BadInputError("not UTF-8 text", where=where, offset=error.start) from error
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInputError(f"not JSON: {error}", where=where) from error
    return _from_dict(content, where)


def _from_dict(content: Any, where: str) -> Platform:
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise BadInputError(f'not a platform file: its schema is not "{SCHEMA}"', where=where)
    _require_readable(content.get("version"), where)
    floors = _field(content, "launch_floor_ns", dict, where)
    by_call = floors.get("by_call", {})
    if not isinstance(by_call, dict):
        raise BadInputError("launch_floor_ns.by_call is not an object", where=where)
    try:
        provenance = Provenance(_field(content, "provenance", str, where))
    except ValueError as error:
        raise BadInputError(
            f"provenance {content['provenance']!r} is not one of {', '.join(Provenance)}",
            where=where,
        ) from error
    gap = content.get("gap_ns")
    return Platform(
        name=_field(content, "name", str, where),
        provenance=provenance,
        launch_floor_ns=_duration(floors.get("default"), "launch_floor_ns.default", where),
        launch_floor_by_call={
            call: _duration(floor, f"launch_floor_ns.by_call.{call}", where)
            for call, floor in by_call.items()
        },
        gap_ns=None if gap is None else _duration(gap, "gap_ns", where),
        citation=_field(content, "citation", str, where),
    )


def _require_readable(version: Any, where: str) -> None:
    major = str(version).partition(".")[0]
    if not isinstance(version, str) or not major.isdecimal():
        raise BadInputError(f"the version {version!r} is not MAJOR.MINOR", where=where)
    if int(major) > VERSION[0]:
        raise BadInputError(
            f"platform file version {version} is newer than {VERSION[0]}.x",
            where=where,
            hint="update skipx",
        )


def _field(content: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = content.get(key)
    if not isinstance(value, kind):
        wanted = "text" if kind is str else "an object"
        raise BadInputError(f"{key} is missing or not {wanted}", where=where)
    return value


def _duration(value: Any, key: str, where: str) -> int:
    """Return a duration that is a whole number of ns, zero or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise BadInputError(f"{key} is not a whole number of ns: {value!r}", where=where)
    return value

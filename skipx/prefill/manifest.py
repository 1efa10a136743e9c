"""``run.json``: what a run folder holds, made by which command, under which schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skipx.environment import software
from skipx.errors import BadInputError
from skipx.json_file import read_json
from skipx.platforms.schema import schema_problems
from skipx.prefill.checked import schema
from skipx.prefill.durable import replace_json

MANIFEST = "run.json"
SCHEMA = "skipx.run"
VERSION = (1, 0)
"""Readers refuse a newer first number. Raised when a key changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``request`` is what the command asks for, by which a resumed run knows its folder."""

    request: Mapping[str, Any]
    command: Sequence[str]
    environment: Mapping[str, str | None] = field(default_factory=software)

    def write(self, folder: Path) -> None:
        """Write ``run.json``, in one step."""
        replace_json(
            folder / MANIFEST,
            {
                "schema": SCHEMA,
                "version": ".".join(map(str, VERSION)),
                "command": list(self.command),
                "environment": dict(self.environment),
                "request": dict(self.request),
            },
        )

    def differences(self, request: Mapping[str, Any]) -> list[str]:
        """Return in words what another request asks for differently."""
        keys = sorted(self.request.keys() | request.keys())
        return [
            f"{key} was {_shown(self.request.get(key))} and is {_shown(request.get(key))}"
            for key in keys
            if self.request.get(key) != request.get(key)
        ]


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a run folder. Raises ``BadInputError`` where there is none."""
    path = folder / MANIFEST
    try:
        content = read_json(path, what="a run")
    except FileNotFoundError as error:
        raise BadInputError("is no run folder: there is no run.json", where=str(folder)) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise BadInputError("is no file of a run", where=str(path))
    major = str(content.get("version")).partition(".")[0]
    if major.isascii() and major.isdecimal() and int(major[:9]) > VERSION[0]:
        raise BadInputError(
            f"written by a newer skipx (schema {major[:9]})", where=str(path), hint="update skipx"
        )
    if found := schema_problems(content, schema(MANIFEST)):
        raise BadInputError(f"is no file of a run: {found[0]}", where=str(path))
    return Manifest(content["request"], content["command"], content["environment"])


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "none"
    return "not given" if value is None else str(value)

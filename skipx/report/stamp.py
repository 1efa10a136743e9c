"""What every artefact carries: its schema, the version, the command and the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skipx.environment import software

SCHEMA_VERSION = 1
"""Readers refuse a newer one. Raised when a key changes its meaning or goes, not for new keys."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """``kind`` is what the artefact holds: analysis, chains, check or doctor."""

    kind: str
    command: Sequence[str]
    environment: Mapping[str, str | None]

    @classmethod
    def here(cls, kind: str, command: Sequence[str]) -> Stamp:
        """Return the stamp of what this process makes for ``command``."""
        return cls(kind, tuple(command), software())

    def to_dict(self) -> dict[str, Any]:
        """Return the stamp as JSON-ready values."""
        return {
            "schema": f"skipx.{self.kind}/{SCHEMA_VERSION}",
            "version": self.environment.get("skipx"),
            "command": list(self.command),
            "environment": dict(self.environment),
        }

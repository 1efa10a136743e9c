"""What a measuring process is told to do, and what it tells back, one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skipx.measure.stopping import PROTOCOL, StoppingRule
from skipx.measure.variants import Variant

PREHEAT_S = 0.5
WARM_UPS = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of one process: all of it traced by CUPTI, or none."""

    variants: tuple[Variant, ...]
    traced: bool
    device: int = 0
    core: int | None = None
    rule: StoppingRule = PROTOCOL
    preheat_s: float = PREHEAT_S
    figures: bool = True
    """Whether to measure queue, copies and gaps too."""

    def to_json(self) -> str:
        """Return the plan as one line of JSON."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan that ``to_json`` wrote."""
        fields = json.loads(text)
        fields["variants"] = tuple(Variant(**variant) for variant in fields["variants"])
        fields["rule"] = StoppingRule(**fields["rule"])
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Message:
    """A line of a measuring process. ``kind``: hardware, row, figure, progress, error or done."""

    kind: str
    content: Mapping[str, Any]

    def to_line(self) -> str:
        """Return the message as a line."""
        return json.dumps({"kind": self.kind, "content": self.content}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Message:
        """Return the message of a line."""
        fields = json.loads(line)
        return cls(fields["kind"], fields["content"])

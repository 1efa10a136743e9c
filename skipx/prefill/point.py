"""One point of a sweep: a model under one set of conditions."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from skipx.errors import UsageError

_SLUG_CHARACTERS = 64
_DIGEST_CHARACTERS = 10


class Mode(StrEnum):
    """How the forward pass is executed."""

    EAGER = "eager"
    COMPILE = "compile"
    REDUCE_OVERHEAD = "reduce-overhead"
    MAX_AUTOTUNE = "max-autotune"
    CUDAGRAPHS = "cudagraphs"
    GRAPH = "graph"

    @property
    def meaning(self) -> str:
        """Return what runs, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    Mode.EAGER: "operator by operator",
    Mode.COMPILE: "torch.compile",
    Mode.REDUCE_OVERHEAD: 'torch.compile(mode="reduce-overhead")',
    Mode.MAX_AUTOTUNE: 'torch.compile(mode="max-autotune")',
    Mode.CUDAGRAPHS: 'torch.compile(backend="cudagraphs")',
    Mode.GRAPH: "one CUDA graph, captured by hand",
}


class Phase(StrEnum):
    """What one iteration is: the forward of a whole prompt, or that of one more token."""

    PREFILL = "prefill"
    DECODE = "decode"


@dataclass(frozen=True, slots=True)
class Point:
    """``sequence`` is tokens per prompt; ``platform`` is empty where nothing is emulated.

    ``attention`` is what is asked for (eager, sdpa, flash_attention_2); an outcome's facts tell
    what was effective. ``head`` is empty for the model's usual one.
    """

    model: str
    batch: int
    sequence: int
    mode: str = Mode.EAGER
    attention: str = "eager"
    dtype: str = "float16"
    phase: str = Phase.PREFILL
    head: str = ""
    platform: str = ""

    def __post_init__(self) -> None:
        if not self.model:
            raise UsageError("a point names no model")
        if self.batch < 1 or self.sequence < 1:
            raise UsageError(
                f"batch {self.batch} and sequence {self.sequence} of {self.model!r}: both are"
                " counts from 1"
            )

    @property
    def tokens(self) -> int:
        """Tokens that one iteration takes in."""
        return self.batch * (self.sequence if self.phase == Phase.PREFILL else 1)

    @property
    def key(self) -> str:
        """The name of this point's files: readable, safe in a path, different for each point.

        A model's name can be a path or any other text, so what tells conditions apart is a digest
        of them; what is readable is for people. Sorted by key a row's batch sizes ascend.
        """
        conditions = self.to_dict()
        del conditions["batch"], conditions["sequence"]
        text = json.dumps(conditions, sort_keys=True)
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        readable = "-".join(filter(None, (self.platform, self.model, self.mode)))
        slug = re.sub(r"[^a-z0-9_]+", "-", readable.lower())[-_SLUG_CHARACTERS:].strip("-")
        head = f"{slug}-{digest[:_DIGEST_CHARACTERS]}"
        return f"{head}-s{self.sequence:05d}-b{self.batch:04d}"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            name: str(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the point that ``to_dict`` gave; keys that are unknown are left out."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})

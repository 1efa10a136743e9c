"""The events of a synthetic profile, as they happen, before any file format."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPERATOR = "cpu_op"
ANNOTATION = "user_annotation"
PYTHON = "python_function"
RUNTIME = "cuda_runtime"
KERNEL = "kernel"
MEMCPY = "gpu_memcpy"
MEMSET = "gpu_memset"
DEVICE_CATEGORIES = (KERNEL, MEMCPY, MEMSET)


@dataclass(slots=True)
class Event:
    """One interval. ``begin`` and ``end`` are ns since the start of the recording."""

    category: str
    name: str
    pid: int
    tid: int
    begin: int
    end: int = 0
    args: dict[str, Any] = field(default_factory=dict)


class Recording:
    """Events in the order in which they began, and the ids that profilers number them by."""

    def __init__(self, seed: int) -> None:
        self.events: list[Event] = []
        self.process = 4_242
        self._random = random.Random(seed)
        self._correlation = 1_000
        self._external = 2_048
        self._python = 0

    def add(
        self, category: str, name: str, tid: int, begin: int, args: Mapping[str, Any], pid: int = -1
    ) -> Event:
        """Append an event of this process, or of ``pid``; its end is still to be set."""
        event = Event(category, name, self.process if pid < 0 else pid, tid, begin, begin)
        event.args.update(args)
        self.events.append(event)
        return event

    def next_correlation(self) -> int:
        """Return a correlation id that no call has yet."""
        self._correlation += 1
        return self._correlation

    def next_external(self) -> int:
        """Return an External id that no operator has yet."""
        self._external += 1
        return self._external

    def next_python(self) -> int:
        """Return an id for a Python frame."""
        self._python += 1
        return self._python

    def vary(self, duration: int) -> int:
        """Return ``duration`` varied by up to an eighth; one in 64 takes half as long again.

        Only raw bits are drawn, so that the same seed gives the same trace everywhere.
        """
        varied = duration * (896 + self._random.getrandbits(8)) // 1_024
        return varied + duration // 2 if self._random.getrandbits(6) == 0 else varied

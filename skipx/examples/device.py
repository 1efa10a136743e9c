"""The synthetic device: in-order streams that run what is launched into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skipx.examples.kernels import Kernel
from skipx.examples.recipe import Timing
from skipx.examples.recording import KERNEL, MEMCPY, MEMSET, Event, Recording


class Device:
    """Streams of one device. An item starts when its launch arrives and its stream is free."""

    def __init__(self, recording: Recording, timing: Timing) -> None:
        self._recording = recording
        self._timing = timing
        self._ends: dict[int, list[int]] = {}
        self._free: dict[int, int] = {}

    def run_kernel(
        self, kernel: Kernel, stream: int, arrives: int, ids: Mapping[str, int], node: int = 0
    ) -> None:
        """Run ``kernel`` no earlier than ``arrives`` (ns); ``node`` > 0 is a graph's."""
        timing = self._timing
        work = max(kernel.bytes // timing.bytes_per_ns, kernel.flops // timing.flops_per_ns)
        args: dict[str, object] = {"grid": list(kernel.grid), "block": list(kernel.block), **ids}
        if node:
            args["graph node id"] = node
        gap = timing.graph_gap_ns if node > 1 else timing.gap_ns
        event = self._enqueue(KERNEL, kernel.name, stream, arrives, gap, args)
        event.end = self._occupy(stream, event.begin + timing.kernel_ns + work)

    def run_memset(self, size: int, stream: int, arrives: int, ids: Mapping[str, int]) -> None:
        """Set ``size`` bytes."""
        gap = self._timing.gap_ns
        args = {"bytes": size, **ids}
        event = self._enqueue(MEMSET, "Memset (Device)", stream, arrives, gap, args)
        event.end = self._occupy(stream, event.begin + 900 + size // self._timing.bytes_per_ns)

    def run_copy_in(self, size: int, stream: int, arrives: int, ids: Mapping[str, int]) -> None:
        """Copy ``size`` bytes from the host's pageable memory."""
        gap = self._timing.gap_ns
        name = "Memcpy HtoD (Pageable -> Device)"
        event = self._enqueue(MEMCPY, name, stream, arrives, gap, {"bytes": size, **ids})
        took = 1_100 + size // self._timing.host_bytes_per_ns
        event.end = self._occupy(stream, event.begin + took)

    def wait_for(self, stream: int, other: int) -> None:
        """Make ``stream`` wait for what is in ``other`` now, as an event between them does."""
        self._free[stream] = max(self._free.get(stream, 0), self._free.get(other, 0))

    def drained_at(self, streams: Sequence[int]) -> int:
        """Return when everything that was launched into ``streams`` so far has ended."""
        return max(self._free.get(stream, 0) for stream in streams)

    def has_room_at(self, stream: int) -> int:
        """Return the time from which one more launch fits into the stream's queue."""
        ends = self._ends.get(stream, [])
        depth = self._timing.queue_depth
        return ends[-depth] if len(ends) >= depth else 0

    def _enqueue(
        self,
        category: str,
        name: str,
        stream: int,
        arrives: int,
        gap: int,
        args: Mapping[str, object],
    ) -> Event:
        begin = arrives
        if stream in self._free:
            begin = max(arrives, self._free[stream] + self._recording.vary(gap))
        place = {"device": 0, "stream": stream}
        return self._recording.add(category, name, stream, begin, {**place, **args}, pid=0)

    def _occupy(self, stream: int, end: int) -> int:
        end += self._recording.vary(400)
        self._free[stream] = end
        self._ends.setdefault(stream, []).append(end)
        return end

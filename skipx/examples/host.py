"""The synthetic host: a thread that enters operators, calls the runtime and moves its own clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from skipx.examples.device import Device
from skipx.examples.kernels import Kernel
from skipx.examples.recipe import Recipe
from skipx.examples.recording import ANNOTATION, OPERATOR, PYTHON, RUNTIME, Event, Recording

_CALLS = {
    "nvidia": {
        "launch": "cudaLaunchKernel",
        "library": "cudaLaunchKernelExC",
        "graph": "cudaGraphLaunch",
        "memset": "cudaMemsetAsync",
        "copy": "cudaMemcpyAsync",
        "stream_sync": "cudaStreamSynchronize",
        "device_sync": "cudaDeviceSynchronize",
        "record": "cudaEventRecord",
        "wait": "cudaStreamWaitEvent",
    },
    "amd": {
        "launch": "hipLaunchKernel",
        "library": "hipExtModuleLaunchKernel",
        "graph": "hipGraphLaunch",
        "memset": "hipMemsetAsync",
        "copy": "hipMemcpyWithStream",
        "stream_sync": "hipStreamSynchronize",
        "device_sync": "hipDeviceSynchronize",
        "record": "hipEventRecord",
        "wait": "hipStreamWaitEvent",
    },
}


class HostThread:
    """One thread of the synthetic process. All times are ns since the start of the recording."""

    def __init__(self, recipe: Recipe, recording: Recording, device: Device, index: int) -> None:
        self.recipe = recipe
        first = 7 if recipe.vendor == "nvidia" else 0
        self.streams = [first + index * recipe.streams + i for i in range(recipe.streams)]
        self.index = index
        self.tid = recording.process + index
        self.now = 40_000 + 11_000 * index
        self._recording = recording
        self._device = device
        self._calls = _CALLS[recipe.vendor]
        self._operators: list[int] = []
        self._frames: list[int] = []
        self._graph: list[Kernel] | None = None

    @contextmanager
    def annotation(self, name: str) -> Iterator[None]:
        """Bracket what follows by a user annotation."""
        args = {"External id": self._recording.next_external()}
        event = self._recording.add(ANNOTATION, name, self.tid, self.now, args)
        self._advance(3_000)
        yield
        self._advance(1_500)
        event.end = self.now

    @contextmanager
    def module(self, name: str) -> Iterator[None]:
        """Bracket what follows by the Python frames of an nn.Module's call."""
        if self._graph is not None or not self.recipe.modules:
            yield
            return
        path = "torch/nn/modules/module.py(1751): _call_impl"
        frames = [self._enter_frame(f"nn.Module: {name}"), self._enter_frame(path)]
        yield
        for event in reversed(frames):
            self._advance(300)
            event.end = self.now
            self._frames.pop()

    @contextmanager
    def op(self, name: str, *dims: Sequence[int]) -> Iterator[None]:
        """Bracket what follows by an ATen operator with inputs of shapes ``dims``."""
        if self._graph is not None:
            yield
            return
        identity = self._recording.next_external()
        args: dict[str, object] = {"External id": identity, "Record function id": 0}
        if dims:
            args["Input Dims"] = [list(shape) for shape in dims]
            args["Input type"] = ["c10::BFloat16"] * len(dims)
        event = self._recording.add(OPERATOR, name, self.tid, self.now, args)
        self._operators.append(identity)
        self._advance(self.recipe.timing.op_enter_ns)
        yield
        self._advance(self.recipe.timing.op_leave_ns)
        self._operators.pop()
        event.end = self.now

    @contextmanager
    def graph(self) -> Iterator[None]:
        """Capture what follows, at no cost, and launch it as one graph."""
        self._graph = []
        yield
        nodes, self._graph = self._graph, None
        timing = self.recipe.timing
        call = self._call("graph", timing.graph_call_ns + timing.graph_node_ns * len(nodes))
        for number, kernel in enumerate(nodes, start=1):
            self._device.run_kernel(kernel, self.streams[0], call.end, self._ids(call), number)

    def launch(self, kernel: Kernel, lane: int = 0) -> None:
        """Launch ``kernel`` into the stream of ``lane``."""
        if self._graph is not None:
            self._graph.append(kernel)
            return
        stream = self._stream(lane)
        api = "library" if kernel.library else "launch"
        call = self._call(api, self.recipe.timing.call_ns, self._device.has_room_at(stream))
        self._device.run_kernel(kernel, stream, self._arrival(call), self._ids(call))

    def memset(self, size: int, lane: int = 0) -> None:
        """Set ``size`` bytes in the stream of ``lane``, as matrix libraries do before a product."""
        if self._graph is None:
            call = self._call("memset", self.recipe.timing.call_ns)
            stream = self._stream(lane)
            self._device.run_memset(size, stream, self._arrival(call), self._ids(call))

    def copy_in(self, size: int) -> None:
        """Copy ``size`` bytes from pageable memory to the device and wait for the copy."""
        call = self._call("copy", self.recipe.timing.call_ns)
        stream, arrives = self.streams[0], self._arrival(call)
        self._device.run_copy_in(size, stream, arrives, self._ids(call))
        self._wait("stream_sync", [stream])

    def follow(self, lane: int, other: int) -> None:
        """Make the stream of ``lane`` wait for that of ``other``; nothing if they are one."""
        stream, source = self._stream(lane), self._stream(other)
        if stream != source and self._graph is None:
            self._call("record", self.recipe.timing.small_call_ns)
            self._call("wait", self.recipe.timing.small_call_ns)
            self._device.wait_for(stream, source)

    def synchronize(self) -> None:
        """Wait for the device to drain, or for this thread's streams if there are others."""
        if self.recipe.threads == 1:
            self._wait("device_sync", self.streams)
        else:
            for stream in self.streams:
                self._wait("stream_sync", [stream])

    def _stream(self, lane: int) -> int:
        return self.streams[lane % len(self.streams)]

    def _call(self, api: str, duration: int, until: int = 0) -> Event:
        """Call the runtime for ``duration``, but not to return before ``until``."""
        args = {"correlation": self._recording.next_correlation()}
        if self._operators:
            args["External id"] = self._operators[-1]
        call = self._recording.add(RUNTIME, self._calls[api], self.tid, self.now, args)
        self._advance(duration)
        self.now = call.end = max(self.now, until)
        self._advance(350)
        return call

    def _wait(self, api: str, streams: Sequence[int]) -> None:
        timing = self.recipe.timing
        wakes = self._device.drained_at(streams) + self._recording.vary(timing.wake_ns)
        self._call(api, timing.small_call_ns, wakes)

    def _arrival(self, call: Event) -> int:
        return call.begin + self._recording.vary(self.recipe.timing.floor_ns)

    def _ids(self, call: Event) -> dict[str, int]:
        return {key: value for key, value in call.args.items() if key in _SHARED_IDS}

    def _enter_frame(self, name: str) -> Event:
        identity = self._recording.next_python()
        parent = self._frames[-1] if self._frames else None
        args = {"Python id": identity, "Python parent id": parent}
        event = self._recording.add(PYTHON, name, self.tid, self.now, args)
        self._frames.append(identity)
        self._advance(self.recipe.timing.module_ns // 2)
        return event

    def _advance(self, duration: int) -> None:
        self.now += self._recording.vary(duration)


_SHARED_IDS = ("External id", "correlation")

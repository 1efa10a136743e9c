"""An iteration as one CUDA graph, with the kernels that it launches operator by operator."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from skipx.errors import MeasurementRefusedError
from skipx.prefill.models.workload import Step
from skipx.prefill.runner.device import TorchDevice

_WARM_UPS = 3
"""Calls on a side stream before a capture, as torch's documentation asks for."""


def capture(step: Step, device: TorchDevice) -> tuple[Any, float, object]:
    """Return an iteration as a ``torch.cuda.CUDAGraph``, with its time, s, and what it needs kept.

    A capture allows neither waiting for the device nor copying from the host. What the iteration
    reads from the device, and the tensors that it makes there of Python's numbers, are those of
    the last warm-up. Nor is it told that it is captured: transformers then adds masks that it
    leaves out otherwise, and the graph would hold other kernels. Raises ``MeasurementRefusedError``
    where the iteration reads other things than in the warm-up.
    """
    import torch

    answers = _answers()
    side = torch.cuda.Stream(device.name)
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(_WARM_UPS - 1):
            step()
        with answers:
            step()
    torch.cuda.current_stream().wait_stream(side)
    device.synchronize()
    answers.repeat()
    graph = torch.cuda.CUDAGraph()
    begin = time.perf_counter()
    with torch.cuda.graph(graph), _untold(torch.cuda), answers:
        # The graph's memory pool keeps what the iteration made.
        step()
    device.synchronize()
    return graph, time.perf_counter() - begin, (step, answers)


def _answers() -> Any:
    """Return a mode of torch that notes what the host asks for, and after ``repeat`` repeats it."""
    import torch
    from torch.overrides import TorchFunctionMode

    tensor = torch.Tensor
    reads = (tensor.__bool__, tensor.__int__, tensor.__float__, tensor.item, tensor.tolist)

    class Answers(TorchFunctionMode):  # type: ignore[misc]
        noted: list[tuple[object, object]]
        left: Iterator[tuple[object, object]] | None = None

        def __init__(self) -> None:
            super().__init__()
            self.noted = []

        def repeat(self) -> None:
            self.left = iter(self.noted)

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> object:
            del types
            if func not in reads and func is not torch.tensor:
                return func(*args, **(kwargs or {}))
            if self.left is None:
                self.noted.append((func, func(*args, **(kwargs or {}))))
                return self.noted[-1][1]
            asked, answer = next(self.left, (None, None))
            if asked is not func:
                raise MeasurementRefusedError(
                    "no graph can be captured: the iteration reads other things each time"
                )
            return answer

    return Answers()


@contextmanager
def _untold(cuda: Any) -> Iterator[None]:
    """Let ``torch.cuda`` answer that no stream is captured."""
    asked = cuda.is_current_stream_capturing
    cuda.is_current_stream_capturing = lambda: False
    try:
        yield
    finally:
        cuda.is_current_stream_capturing = asked

"""Launches that Python libraries do, timed as the native paths are; Python is part of their cost.

Each is imported only here, when it is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from skipx.errors import MissingDependencyError, SkipxError
from skipx.records import Int64

Step = Callable[[], object]


class PythonLauncher:
    """The loops of the native ``Launcher`` over two Python functions."""

    def __init__(self, launch: Step, synchronize: Step) -> None:
        self._launch = launch
        self._synchronize = synchronize

    def idle(self, count: int) -> Mapping[str, Int64]:
        """Launch on an idle stream; columns call_ns, sync_ns, returned_at."""
        launch, synchronize, clock = self._launch, self._synchronize, time.perf_counter_ns
        rows = np.empty((3, count), dtype=np.int64)
        synchronize()
        for i in range(count):
            begin = clock()
            launch()
            launched = clock()
            synchronize()
            rows[:, i] = launched - begin, clock() - launched, time.time_ns()
        return dict(zip(("call_ns", "sync_ns", "returned_at"), rows, strict=True))

    def bursts(self, count: int, depth: int) -> Mapping[str, Int64]:
        """Launch in bursts; columns submitted_ns, drained_ns."""
        launch, synchronize, clock = self._launch, self._synchronize, time.perf_counter_ns
        rows = np.empty((2, count), dtype=np.int64)
        synchronize()
        for burst in range(count):
            begin = clock()
            for _ in range(depth):
                launch()
            submitted = clock()
            synchronize()
            rows[:, burst] = submitted - begin, clock() - begin
        return dict(zip(("submitted_ns", "drained_ns"), rows, strict=True))

    def preheat(self, seconds: float) -> int:
        """Launch for that long; return how often."""
        until, launched = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            self._launch()
            self._synchronize()
            launched += 1
        return launched


def python_launcher(path: str, device: int) -> PythonLauncher:
    """Return the launcher of a path by its name, after a first launch.

    ``device`` is the ordinal of the CUDA device. ``MissingDependencyError`` says what is missing,
    or what the library raised: it may lack a compiler, or not know the device.
    """
    makers: Mapping[str, Callable[[int], PythonLauncher]] = {
        "cupy": _cupy,
        "triton": _triton,
        "torch": _torch,
    }
    try:
        launcher = makers[path](device)
        launcher.idle(1)
    except ImportError as error:
        extra = "cu13" if path == "cupy" else "torch"
        raise MissingDependencyError(
            f"{path} cannot be imported: {error}", hint=f'pip install "skipx[{extra}]"'
        ) from error
    except SkipxError:
        raise
    except Exception as error:
        said = str(error).strip().partition("\n")[0]
        raise MissingDependencyError(
            f"{path} cannot launch: {type(error).__name__}: {said}"
        ) from error
    return launcher


def _cupy(device: int) -> PythonLauncher:
    import cupy

    cupy.cuda.Device(device).use()
    kernel = cupy.RawKernel('extern "C" __global__ void skipx_null() {}', "skipx_null")
    return PythonLauncher(lambda: kernel((1,), (1,), ()), cupy.cuda.Stream.null.synchronize)


def _triton(device: int) -> PythonLauncher:
    import triton

    torch = _cuda_torch(device)
    from skipx.measure.triton_kernel import null_kernel

    kernel = triton.jit(null_kernel)[(1,)]
    return PythonLauncher(lambda: kernel(), torch.cuda.synchronize)


def _torch(device: int) -> PythonLauncher:
    torch = _cuda_torch(device)
    one = torch.zeros(1, device=f"cuda:{device}")
    return PythonLauncher(one.neg_, torch.cuda.synchronize)


def _cuda_torch(device: int):  # type: ignore[no-untyped-def]
    import torch

    if not torch.cuda.is_available():
        raise MissingDependencyError(
            f"torch {torch.__version__} finds no CUDA device", hint="install a CUDA build of torch"
        )
    torch.cuda.set_device(device)
    return torch

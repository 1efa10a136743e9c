"""Real PyTorch on the stand-in device: it computes on the host, and its operators launch.

``torch`` loads this by the entry point that it has for device backends, where the environment of
:func:`torch_environment` says so. Tensors "on cuda" are on the host; each operator that is no view
launches a stand-in kernel through the driver, after which CUPTI's stand-in has a record of it.
"""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

PROPERTIES = SimpleNamespace(
    name="Virtual GPU 0", major=9, minor=0, multi_processor_count=132, total_memory=1 << 34
)
NOT_PERMITTED = "CUDA error: operation not permitted when stream is capturing\nSee"
WAITS = (torch.Tensor.__bool__, torch.Tensor.item, torch.Tensor.tolist)
"""These copy from the device and wait; torch.tensor copies pageable memory to it, which waits too
(pytorch#168991): neither is permitted to a stream that is captured."""
NO_KERNEL = (
    "aten::empty",
    "aten::detach",
    "aten::lift",
    "aten::_local_scalar",
    "aten::item",
    "aten::is_nonzero",
)


def torch_environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of stand-ins with torch on them; ``folder`` holds the entry point."""
    package = folder / "standin_torch-0.dist-info"
    package.mkdir(parents=True, exist_ok=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: standin-torch\nVersion: 0\n")
    (package / "entry_points.txt").write_text(
        "[torch.backends]\nstandin = tests.standin_torch:install\n"
    )
    root = Path(__file__).resolve().parents[1]
    path = os.pathsep.join([str(folder), str(root), environment.get("PYTHONPATH", "")])
    return {**environment, "PYTHONPATH": path.rstrip(os.pathsep)}


class Driver:
    """The stand-in of libcuda, as a program without skipx would use it."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["SKIPX_LIBCUDA"])
        device, self._context = ctypes.c_int(), ctypes.c_void_p()
        self._module, self.stream = ctypes.c_void_p(), ctypes.c_void_p()
        self._functions: dict[str, ctypes.c_void_p] = {}
        self.capturing = False
        self("cuInit", 0)
        self("cuDeviceGet", ctypes.byref(device), 0)
        self("cuDevicePrimaryCtxRetain", ctypes.byref(self._context), device)
        self("cuCtxSetCurrent", self._context)
        self("cuModuleLoadData", ctypes.byref(self._module), None)
        self("cuStreamCreate", ctypes.byref(self.stream), 1)

    def __call__(self, name: str, *arguments: Any) -> None:
        result = getattr(self._library, name)(*arguments)
        assert result == 0, f"{name}: {result}"

    def launch(self, name: str) -> None:
        if (function := self._functions.get(name)) is None:
            function = self._functions[name] = ctypes.c_void_p()
            self("cuModuleGetFunction", ctypes.byref(function), self._module, name.encode())
        sizes = (1, 1, 1, 32, 1, 1, 0)
        self("cuLaunchKernel", function, *sizes, self.stream, None, None)


class Launches(TorchDispatchMode):  # type: ignore[misc]
    """Every operator that is no view launches a kernel that bears its name."""

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        del types
        result = func(*args, **(kwargs or {}))
        name: str = func._schema.name
        aliases = [one.alias_info for one in func._schema.returns]
        view = any(alias is not None and not alias.is_write for alias in aliases)
        if name.startswith("aten::") and not view and not name.startswith(NO_KERNEL):
            self._driver.launch(name.replace("::", "_").rstrip("_") + "_kernel")
        return result


class OnTheHost(TorchFunctionMode):  # type: ignore[misc]
    """What is asked for on a CUDA device, or to move there, is made or stays on the host."""

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        del types
        if func is torch.device:  # only named
            return func(*args, **(kwargs or {}))
        if self._driver.capturing and (
            func in WAITS or (func is torch.tensor and _on_cuda(kwargs))
        ):
            raise RuntimeError(NOT_PERMITTED)
        given = {name: _on_host(value) for name, value in (kwargs or {}).items()}
        return func(*map(_on_host, args), **given)


def _on_cuda(kwargs: Any) -> bool:
    return str((kwargs or {}).get("device", "")).startswith("cuda")


def _on_host(value: Any) -> Any:
    named = isinstance(value, (str, torch.device)) and str(value).startswith("cuda")
    return "cpu" if named else value


def install() -> None:
    """Make the torch that has just been imported believe in the stand-in device."""
    if not os.environ.get("SKIPX_LIBCUDA"):
        return
    driver = Driver()
    modes: list[Any] = [OnTheHost(driver), Launches(driver)]
    for mode in modes:
        mode.__enter__()
    for holder in (torch.nn.Module, torch.Tensor):
        setattr(holder, "cuda", lambda self, device=None: self)  # noqa: B010
    for name, replacement in _cuda(driver).items():
        setattr(torch.cuda, name, replacement)
    setattr(torch.profiler, "profile", _profile(torch.profiler.profile))  # noqa: B010


def _cuda(driver: Driver) -> dict[str, Any]:
    class CUDAGraph:
        """As torch's: ``keep_graph`` keeps what was captured for ``raw_cuda_graph``."""

        def __new__(cls, keep_graph: bool = False) -> CUDAGraph:
            made = super().__new__(cls)
            made.keep_graph = keep_graph
            made.handle = ctypes.c_void_p()
            return made

        keep_graph: bool
        handle: ctypes.c_void_p
        ready: ctypes.c_void_p | None = None

        def replay(self) -> None:
            if self.ready is None:
                self.ready = ctypes.c_void_p()
                driver("cuGraphInstantiateWithFlags", ctypes.byref(self.ready), self.handle, 0)
            driver("cuGraphLaunch", self.ready, driver.stream)

        def raw_cuda_graph(self) -> int:
            assert self.keep_graph
            return self.handle.value or 0

        def reset(self) -> None:
            return

    @contextmanager
    def graph(captured: CUDAGraph) -> Iterator[None]:
        driver("cuStreamBeginCapture_v2", driver.stream, 0)
        driver.capturing = True
        try:
            yield
        finally:
            driver.capturing = False
            driver("cuStreamEndCapture", driver.stream, ctypes.byref(captured.handle))

    def synchronize(device: object = None) -> None:
        if driver.capturing:
            raise RuntimeError(NOT_PERMITTED)
        driver("cuCtxSynchronize")

    class Event:
        def __init__(self, enable_timing: bool = False) -> None:
            assert enable_timing
            self.handle = ctypes.c_void_p()
            driver("cuEventCreate", ctypes.byref(self.handle), 0)

        def record(self) -> None:
            driver("cuEventRecord", self.handle, driver.stream)

        def synchronize(self) -> None:
            driver("cuEventSynchronize", self.handle)

        def elapsed_time(self, end: Event) -> float:
            milliseconds = ctypes.c_float()
            driver("cuEventElapsedTime_v2", ctypes.byref(milliseconds), self.handle, end.handle)
            return milliseconds.value

    class Stream:
        """There is one stream: whatever waits for another waits for itself."""

        def __init__(self, device: object = None) -> None:
            del device

        def wait_stream(self, other: Stream) -> None:
            del other

    return {
        "CUDAGraph": CUDAGraph,
        "Stream": Stream,
        "current_stream": lambda device=None: Stream(),
        "stream": lambda stream: nullcontext(),
        "Event": Event,
        "_sleep": lambda cycles: driver.launch("spin_kernel"),
        "device_count": lambda: 1,
        "get_device_name": lambda device=None: "Virtual GPU 0",
        "get_device_properties": lambda device=None: PROPERTIES,
        "graph": graph,
        "is_available": lambda: True,
        "is_current_stream_capturing": lambda: driver.capturing,
        "max_memory_allocated": lambda device=None: 1024,
        "set_device": lambda device: None,
        "synchronize": synchronize,
    }


def _profile(original: Any) -> Any:
    """Return torch's profiler with a device: what CUPTI's stand-in records goes into its file."""
    import skipx

    class Profile(original):  # type: ignore[misc]
        def __init__(self, *, activities: Any, **options: Any) -> None:
            cuda = torch.profiler.ProfilerActivity.CUDA
            self._device = skipx.profile(operators=False) if cuda in activities else None
            super().__init__(activities=[one for one in activities if one != cuda], **options)

        def __enter__(self) -> Any:
            if self._device is not None:
                self._device.__enter__()
            return super().__enter__()

        def __exit__(self, *error: Any) -> None:
            super().__exit__(*error)
            if self._device is not None:
                self._device.__exit__(None, None, None)

        def export_chrome_trace(self, path: str) -> None:
            super().export_chrome_trace(path)
            if self._device is None:
                return
            file = Path(path)
            content = json.loads(file.read_text())
            base = content.get("baseTimeNanoseconds", 0)
            content["traceEvents"] += _device_events(self._device.trace, base)
            file.write_text(json.dumps(content))

    return Profile


def _device_events(trace: Any, base: int) -> Iterator[dict[str, Any]]:
    def event(category: str, table: Any, row: int, **fields: Any) -> dict[str, Any]:
        times = {"ts": (int(table.begin[row]) - base) / 1000, "dur": int(table.dur[row]) / 1000}
        args = {"correlation": int(table.correlation[row]), **fields.pop("args", {})}
        name = trace.name_of(table, row)
        return {"ph": "X", "cat": category, "name": name, **times, **fields, "args": args}

    for row in range(len(trace.calls)):
        thread = trace.threads[trace.calls.thread[row]]
        where = {"pid": int(thread.pid), "tid": int(thread.tid)}
        yield event("cuda_driver", trace.calls, row, **where)
    for row in range(len(trace.activities)):
        stream = int(trace.activities.stream[row])
        args = {"device": 0, "stream": stream}
        yield event("kernel", trace.activities, row, pid=0, tid=stream, args=args)

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

__version__: str

class ScanError(ValueError):
    """Its arguments are the kind of fault, what is wrong, and the byte offset in the text."""

class KinetoScanner:
    def __init__(
        self,
        *,
        begin_ns: int | None = None,
        end_ns: int | None = None,
        threads: Sequence[str] = ...,
        devices: Sequence[int] = ...,
        annotations_only: bool = False,
        strict: bool = False,
        partial: bool = False,
    ) -> None: ...
    def feed(self, data: Buffer) -> None: ...
    def finish(self) -> dict[str, Any]: ...

def op_tree(
    op_begin: NDArray[np.int64],
    op_dur: NDArray[np.int64],
    op_thread: NDArray[np.int32],
    call_begin: NDArray[np.int64],
    call_thread: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]: ...
def join_launches(
    call_begin: NDArray[np.int64],
    call_correlation: NDArray[np.int64],
    call_api: NDArray[np.int8],
    activity_begin: NDArray[np.int64],
    activity_correlation: NDArray[np.int64],
) -> tuple[NDArray[np.int32], int]: ...

class ChainIndex:
    def __init__(
        self,
        symbols: NDArray[np.int32],
        segments: NDArray[np.int64],
        groups: NDArray[np.int32] | None = None,
    ) -> None: ...
    def lengths(
        self, threshold: float = 1.0, eligible: bool = False
    ) -> dict[str, NDArray[np.int64]]: ...
    def k_min(self, threshold: float = 1.0, eligible: bool = False) -> int: ...
    def candidates(
        self, threshold: float = 1.0, eligible: bool = False, *, limit: int = 50
    ) -> dict[str, NDArray[np.int64]]: ...

def play_timeline(
    items: dict[str, NDArray[Any]],
    work: dict[str, NDArray[Any]],
    *,
    gap_ns: NDArray[np.int64],
    graph_gap_ns: int,
    queue_depth: int,
    sync_return_ns: int,
) -> dict[str, NDArray[Any]]: ...

ARGUMENT_BYTES: tuple[int, ...]

class CudaError(RuntimeError):
    """Its arguments are the kind of failure, what is wrong in one line, and what helps."""

class CuptiSession:
    def __init__(
        self,
        *,
        all_calls: bool = True,
        latency_timestamps: bool = False,
        buffer_bytes: int = 4194304,
        most_bytes: int = 4294967296,
    ) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> dict[str, Any]: ...
    def close(self) -> None: ...

def set_library_folders(folders: Sequence[str]) -> None: ...
def cuda_device_names() -> list[str]: ...
def cuda_driver_version() -> int: ...
def cupti_version() -> int: ...

class Launcher:
    def idle(self, count: int) -> dict[str, NDArray[np.int64]]: ...
    def bursts(self, count: int, depth: int) -> dict[str, NDArray[np.int64]]: ...
    def preheat(self, seconds: float) -> int: ...

class LaunchDevice:
    def __init__(self, ordinal: int) -> None: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def uuid(self) -> str: ...
    @property
    def pci_bus_id(self) -> str: ...
    @property
    def multiprocessors(self) -> int: ...
    @property
    def compute_capability(self) -> int: ...
    @property
    def driver_version(self) -> int: ...
    def launcher(
        self,
        path: str,
        *,
        argument_bytes: int = 0,
        grid: int = 1,
        non_blocking: bool = True,
        nodes: int = 1,
        branches: int = 1,
    ) -> Launcher: ...
    def foreign_launcher(
        self,
        capsule: object,
        *,
        argument_bytes: int = 0,
        grid: int = 1,
        non_blocking: bool = True,
    ) -> Launcher: ...
    def queue_depth(self, most: int = 16384, patience_ms: int = 100) -> int | None: ...
    def run_queued(self, memsets: bool, rounds: int) -> None: ...
    def copies(
        self, *, to_device: bool, pinned: bool, size: int, count: int
    ) -> NDArray[np.int64]: ...

def cuda_runtime_version() -> int: ...

class Recording:
    @staticmethod
    def from_graph(graph: int) -> Recording: ...
    def rows(self) -> list[dict[str, Any]]: ...
    def __len__(self) -> int: ...

class CallRecorder:
    def __init__(self, *, limit: int = 100000) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> Recording: ...
    @property
    def left_out(self) -> int: ...

class Replayer:
    def __init__(
        self,
        device: LaunchDevice,
        recording: Recording,
        body: Sequence[int],
        *,
        restore: bool = True,
    ) -> None: ...
    def time_from_idle(self, *, graph: bool, cold: bool, replays: int) -> NDArray[np.int64]: ...
    def time_behind_gate(self, *, graph: bool, cold: bool, replays: int) -> NDArray[np.float64]: ...
    def time_kernels(self, *, cold: bool, replays: int) -> NDArray[np.int64]: ...
    @property
    def kept_bytes(self) -> int: ...
    @property
    def flushed_bytes(self) -> int: ...
    @property
    def memsets(self) -> list[int]: ...

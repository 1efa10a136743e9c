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

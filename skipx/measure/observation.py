"""Work under a CUPTI session that records as few calls as will do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import numpy as np

from skipx import _native
from skipx.measure.sampler import Columns
from skipx.measure.traced_block import TracedBlock, read_block
from skipx.measure.variants import Variant
from skipx.platforms import Regime
from skipx.records import Trace
from skipx.sources.cupti import OVERHEAD
from skipx.sources.live_trace import build_trace


class Observer:
    """The one CUPTI session of a process, of which each piece of work gets its part.

    Not one for each: there are hundreds of blocks of a millisecond, and before CUDA 13.1 Update 1
    CUPTI gives graphs wrong correlation ids in all but the first session (its release notes). The
    methods run work, and raise the native ``CudaError`` where records were dropped.
    """

    def __enter__(self) -> Self:
        """Begin; raises the native ``CudaError`` without CUPTI, or where it is in use."""
        self._ended = False
        self._session = _native.CuptiSession(all_calls=False)
        try:
            self._session.start()
        except _native.CudaError:
            self._session.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()

    def record(self, work: Callable[[], object]) -> Trace:
        """Return the trace of work."""
        return _trace(self._records(work, all_calls=False))

    def record_waits(self, work: Callable[[], object]) -> Trace:
        """Return the trace of work, synchronising calls included."""
        return _trace(self._records(work, all_calls=True))

    def observe(
        self, work: Callable[[], Columns], launches: int, variant: Variant, regime: Regime
    ) -> tuple[Columns, TracedBlock]:
        """Run the launches of a variant; return their columns and what the trace tells of them."""
        columns: list[Columns] = []
        # A memset is no launch: its call is recorded only where every call is.
        memsets = variant.path == "cuMemsetD8Async"
        records = self._records(lambda: columns.append(work()), all_calls=memsets)
        block = read_block(
            _trace(records),
            launches,
            memsets=memsets,
            overhead=(records["flags"] & OVERHEAD) != 0,
            idle=regime is Regime.IDLE,
        )
        return columns[0], block

    def _records(self, work: Callable[[], object], *, all_calls: bool) -> dict[str, Any]:
        if self._ended:
            self._session.start()
            self._ended = False
        self._session.watch(all_calls)
        self._cut()  # what was launched since the last work is not this one's
        work()
        return self._cut()

    def _cut(self) -> dict[str, Any]:
        try:
            return self._session.cut()
        except _native.CudaError:
            # The next work has a session that knows nothing of what went wrong.
            self._ended = True
            with suppress(_native.CudaError):
                self._session.stop()
            raise


def _trace(records: dict[str, Any]) -> Trace:
    # A kernel that begins before its call is counted by whoever reads the trace, not left out.
    return build_trace(records, None, (), np.ones(len(records["flags"]), dtype=np.bool_))

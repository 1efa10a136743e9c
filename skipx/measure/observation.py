"""Work under a CUPTI session that records as few calls as will do."""

from __future__ import annotations

from collections.abc import Callable

from skipx.measure.sampler import Columns
from skipx.measure.traced_block import TracedBlock, read_block
from skipx.measure.variants import Variant
from skipx.platforms import Regime
from skipx.records import Trace
from skipx.sources.cupti import Profile, profile


def record(work: Callable[[], object]) -> Trace:
    """Run work, and return the trace of it. Raises as :func:`skipx.sources.cupti.profile`."""
    return _profiled(work, launches_only=True).trace


def record_waits(work: Callable[[], object]) -> Trace:
    """Run work, and return the trace of it, synchronising calls included. Raises as ``record``."""
    return _profiled(work, launches_only=False).trace


def observe(
    work: Callable[[], Columns], launches: int, variant: Variant, regime: Regime
) -> tuple[Columns, TracedBlock]:
    """Run the launches of a variant under a session; return its columns and the trace's."""
    columns: list[Columns] = []
    # A memset is no launch: its call is recorded only where every call is.
    memsets = variant.path == "cuMemsetD8Async"
    observed = _profiled(lambda: columns.append(work()), launches_only=not memsets)
    block = read_block(
        observed.trace,
        launches,
        memsets=memsets,
        overhead=observed.during_overhead,
        idle=regime is Regime.IDLE,
    )
    return columns[0], block


def _profiled(work: Callable[[], object], *, launches_only: bool) -> Profile:
    # A kernel that begins before its call is counted by whoever reads the trace, not left out.
    observed = profile(operators=False, launches_only=launches_only, keep_clock_violations=True)
    with observed:
        work()
    return observed

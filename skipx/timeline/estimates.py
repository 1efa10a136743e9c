"""What launches cost on the machine of a trace: from a platform, else from the trace itself.

A figure of the trace is the median of at least :data:`MIN_SAMPLES` samples, as the launch floor
of the metrics is; that of the gaps is a mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skipx.metrics.floors import MIN_SAMPLES, floor_of
from skipx.metrics.launches import Launches
from skipx.metrics.statistics import median
from skipx.platforms import Platform, Quantity
from skipx.records import NONE, ActivityKind, Int64, Trace
from skipx.timeline.device import MOST_IDLE_NS, DeviceWork
from skipx.timeline.host import HostItems
from skipx.timeline.program import QUEUE_DEPTH, Parameters
from skipx.timeline.waits import Waits

DEFAULT_FLOOR_NS = 5_000
"""Floor where nothing was launched on an idle stream: about that of a null kernel on an H100."""
DEFAULT_GAP_NS = 900
"""Between two queued activities where neither platform nor trace tells."""
DEFAULT_SYNC_RETURN_NS = 0


def queue_depth(platform: Platform | None) -> int:
    """Return how many launches can be pending on a stream of the platform."""
    return platform.queue_depth.ns if platform and platform.queue_depth else QUEUE_DEPTH


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """The floor of every item that launches, ns, and where the floors come from."""

    ns: Int64
    source: str


def floors(
    trace: Trace, items: HostItems, work: DeviceWork, launches: Launches, platform: Platform | None
) -> Floors:
    """Return the floors: of kernels by call, of copies and sets also by what they do.

    Kernels have the floor of the metrics. A floor that too few launches on an idle stream tell
    is that of all of its kind; where these are too few as well, the least t_l. Where
    all of the kind waited, it is that of the kernels or the default: their t_l is no floor.
    """
    heads = work.heads
    item = work.item[heads]
    t_l = work.begin[heads] - items.begin[item]
    idle = (work.previous_end[heads] <= items.begin[item]) & (t_l >= 0)
    # What a stream did before its first activity is not known.
    idle &= (work.previous[heads] != NONE) | (t_l <= MOST_IDLE_NS)
    called = items.call[item]
    known = floor_of(launches, platform)
    ns = np.zeros(len(items), dtype=np.int64)
    general, source = known.default_ns, known.source
    for kind in ActivityKind:
        of_kind = (work.category[heads] == kind) & (called != NONE)
        if not of_kind.any():
            continue
        fallback = _pooled(t_l[of_kind], idle[of_kind], general)
        if kind is ActivityKind.KERNEL and known.default_ns is None:
            sampled_any = (idle & (t_l <= MOST_IDLE_NS))[of_kind].any()
            source = "trace (least t_l)" if sampled_any else "default"
            general = fallback
        keys = _keys(trace, work, heads[of_kind], called[of_kind], kind)
        sampled = idle[of_kind]
        values = np.empty(int(of_kind.sum()), dtype=np.int64)
        for key in np.unique(keys).tolist():
            mine = keys == key
            samples = t_l[of_kind][mine & sampled]
            values[mine] = median(samples) if len(samples) >= MIN_SAMPLES else fallback
        if kind is ActivityKind.KERNEL and known.default_ns is not None:
            names = [trace.names[i] for i in trace.calls.name[called[of_kind]].tolist()]
            values = np.array([known.by_call.get(name, known.default_ns) for name in names])
        if kind is ActivityKind.MEMSET and platform and platform.memset.t_l_ns:
            values[:] = platform.memset.t_l_ns.ns
        ns[item[of_kind]] = values
    if platform and known.default_ns is not None and platform.memset.t_l_ns is None:
        source += ", copies and sets: trace"
    return Floors(ns, source)


def _keys(trace: Trace, work: DeviceWork, heads: Int64, call: Int64, kind: ActivityKind) -> Int64:
    """Return a number by call name and, of copies and sets, activity name."""
    name = trace.calls.name[call].astype(np.int64)
    if kind is ActivityKind.KERNEL:
        return name
    return name * len(trace.names) + trace.activities.name[work.row[heads]]


def _pooled(t_l: Int64, idle: Int64, general: int | None) -> int:
    """Return the floor of launches that too few samples of their own tell."""
    if int(idle.sum()) >= MIN_SAMPLES:
        return median(t_l[idle])
    least = int(t_l[idle].min(initial=MOST_IDLE_NS + 1))
    if least <= MOST_IDLE_NS:
        # A launch that waited for the stream cannot have been quicker than one that did not.
        return min(least, int(t_l[t_l >= 0].min()))
    return min(max(int(t_l.min()), 0), DEFAULT_FLOOR_NS if general is None else general)


def parameters_of(
    items: HostItems,
    work: DeviceWork,
    floor: Floors,
    waits: Waits,
    busy: Sequence[int],
    platform: Platform | None,
) -> Parameters:
    """Return the parameters, each with its source."""
    label = "" if platform is None else f"{_origin(platform)}:{platform.name}"
    sources = {"floor_ns": floor.source}
    gap = _gaps(items, work, floor, platform, label, sources)

    def choose(name: str, quantity: Quantity | None, estimate: int | None, default: int) -> int:
        if quantity is not None:
            sources[name] = label
            return quantity.ns
        sources[name] = "default" if estimate is None else "trace"
        return default if estimate is None else estimate

    nodes = work.follows_node
    between = (work.begin - work.previous_end)[nodes]
    known = platform
    return Parameters(
        gap_ns=gap,
        graph_gap_ns=choose(
            "graph_gap_ns",
            known.graph.gap_ns if known else None,
            _typical_gap(between),
            int(gap[0, 0]),
        ),
        queue_depth=choose("queue_depth", known.queue_depth if known else None, None, QUEUE_DEPTH),
        sync_return_ns=choose(
            "sync_return_ns",
            known.sync_return_ns if known else None,
            _return(waits.returns_ns),
            DEFAULT_SYNC_RETURN_NS,
        ),
        busy_ns=busy,
        sources=sources,
    )


def _gaps(
    items: HostItems,
    work: DeviceWork,
    floor: Floors,
    platform: Platform | None,
    label: str,
    sources: dict[str, str],
) -> Int64:
    """Return the gaps by category: of activities that were called a floor before the gap began."""
    early = items.begin[work.item] + floor.ns[work.item] <= work.previous_end
    called = items.call[work.item] != NONE
    queued = np.flatnonzero((work.previous != NONE) & early & called & ~work.follows_node)
    gap = np.maximum(work.begin - work.previous_end, 0)[queued]
    before, this = work.category[work.previous[queued]], work.category[queued]
    pooled = _typical_gap(gap)
    sources["gap_ns"] = "default" if pooled is None else "trace"
    table = np.full((3, 3), DEFAULT_GAP_NS if pooled is None else pooled, dtype=np.int64)
    for previous in ActivityKind:
        for kind in ActivityKind:
            estimate = _typical_gap(gap[(before == previous) & (this == kind)])
            if estimate is not None:
                table[previous, kind] = estimate
    for pair, quantity in _stated(platform).items():
        table[pair] = quantity.ns
        sources["gap_ns"] = f"{label}, others: {sources['gap_ns'].split()[-1]}"
    return table


def _stated(platform: Platform | None) -> Mapping[tuple[int, int], Quantity]:
    if platform is None:
        return {}
    kernel, memset = ActivityKind.KERNEL, ActivityKind.MEMSET
    gaps = platform.gap_ns
    stated = {
        (kernel, kernel): gaps.kernel_kernel,
        (kernel, memset): gaps.kernel_memset,
        (memset, kernel): gaps.memset_kernel,
    }
    return {pair: quantity for pair, quantity in stated.items() if quantity is not None}


def _typical_gap(sample: Int64) -> int | None:
    """Return the mean of those without a wait; the median would not do, for gaps add up."""
    gaps = sample[sample <= MOST_IDLE_NS]
    return max(round(float(gaps.mean())), 0) if len(gaps) >= MIN_SAMPLES else None


def _return(sample: Int64) -> int | None:
    """Return the median of the returns from waits, of fewer than 5 the least, None of none."""
    if len(sample) < MIN_SAMPLES:
        return int(sample.min()) if len(sample) else None
    return median(sample)


def _origin(platform: Platform) -> str:
    return "platform" if platform.measured else "preset"

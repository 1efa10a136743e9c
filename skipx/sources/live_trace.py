"""From the records of a CUPTI session to a linked trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from skipx import _native
from skipx.records import (
    Activities,
    ActivityKind,
    Api,
    Environment,
    Mask,
    ReadCounts,
    Source,
    Thread,
    Trace,
)
from skipx.sources.cuda_libraries import named_libraries, standin_libraries
from skipx.sources.graph import link
from skipx.sources.live_tables import Interned, Mark, host_tables, kept_rows


def build_trace(
    records: Mapping[str, Any],
    host: Trace | None,
    marks: Iterable[Mark],
    kept: Mask,
    *,
    latency_timestamps: bool = False,
) -> Trace:
    """Return the trace of a session.

    Args:
        records: what the native session returned.
        host: PyTorch's operators, if they were recorded.
        marks: the regions and steps of the program.
        kept: which activities to keep, ``(n,)``; the others count as bad timestamps.
        latency_timestamps: whether the session was asked for them.
    """
    names = Interned(name.decode(errors="backslashreplace") for name in records["names"])
    threads = Interned(Thread(*thread) for thread in records["threads"])
    op_columns, region_columns = host_tables(host, marks, names, threads)
    recorded = dict(records["activities"])
    if latency_timestamps:
        recorded |= {name: records[name] for name in Activities.optional_column_names()}
    ops, calls, activities, regions, duplicates = link(
        op_columns,
        records["calls"],
        kept_rows(recorded, kept),
        region_columns,
        names.values(),
    )
    categories = {
        "cpu_op": len(ops),
        "cuda_runtime": int((calls.api == Api.RUNTIME).sum()),
        "cuda_driver": int((calls.api == Api.DRIVER).sum()),
        "kernel": int((activities.kind == ActivityKind.KERNEL).sum()),
        "gpu_memcpy": int((activities.kind == ActivityKind.MEMCPY).sum()),
        "gpu_memset": int((activities.kind == ActivityKind.MEMSET).sum()),
        "user_annotation": len(regions),
    }
    complete = sum(categories.values())
    rejected = int((~kept).sum()) + records["counts"]["untimed"]
    return Trace(
        ops=ops,
        calls=calls,
        activities=activities,
        regions=regions,
        names=names.values(),
        threads=threads.values(),
        source=Source(kind="cupti", synthetic=bool(standin_libraries())),
        environment=_environment(records),
        counts=ReadCounts(
            events=complete + rejected,
            complete_events=complete,
            categories={name: count for name, count in categories.items() if count},
            bad_timestamps=rejected,
            duplicate_correlations=duplicates,
        ),
    )


def _environment(records: Mapping[str, Any]) -> Environment:
    return Environment(
        devices=dict(enumerate(_native.cuda_device_names())),
        metadata={
            "cuda_driver_version": _native.cuda_driver_version(),
            "cupti_version": _native.cupti_version(),
            "cupti_overhead_ns": int(records["overheads"]["dur"].sum()),
            "launched_during_overhead": records["counts"]["during_overhead"],
            "libraries_named_by": named_libraries(),
        },
    )

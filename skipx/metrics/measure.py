"""The metrics of every group of a division of the activities, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skipx.metrics.bound import classify
from skipx.metrics.cpu_idle import cpu_idle
from skipx.metrics.device_time import Busy, Waits, busy, recoverable
from skipx.metrics.groups import Groups
from skipx.metrics.latency import Window
from skipx.metrics.prepared import Prepared
from skipx.metrics.result import Bound, Distribution, LatencySplit, LaunchTax, Metrics
from skipx.metrics.split import Split
from skipx.metrics.statistics import distribution


def measure(
    prepared: Prepared,
    groups: Groups,
    windows: Sequence[Window | None],
    iterations: Sequence[int],
) -> list[Metrics]:
    """Return the metrics of each group over its IL window; a group without one has no IL."""
    split = Split.of(prepared, groups)
    sums = split.sums(prepared)
    host_idle = cpu_idle(prepared, split.launched, windows)
    rows = zip(split.activities, split.kernels, split.launched, split.heads, strict=True)
    found = []
    for i, (activities, kernels, launched, heads) in enumerate(rows):
        window = windows[i]
        busy_kernels = busy_all = busy(prepared, kernels, window)
        if len(activities) > len(kernels):
            busy_all = busy(prepared, activities, window)
        part = _Part(
            {name: values[i] for name, values in sums.items()},
            kernels=busy_kernels,
            with_copies=busy_all,
            waits=recoverable(prepared, heads, window),
            window=window,
            cpu_idle=host_idle[i],
            iterations=iterations[i],
            t_l=distribution(prepared.launches.t_l(launched)),
        )
        found.append(_metrics(part, floor_known=prepared.tax is not None))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """What the metrics of one group are computed from."""

    sums: dict[str, int]
    kernels: Busy
    with_copies: Busy
    waits: Waits
    window: Window | None
    cpu_idle: int
    iterations: int
    t_l: Distribution


def _metrics(part: _Part, *, floor_known: bool) -> Metrics:
    sums, window = part.sums, part.window
    kernels, launched, launches = (
        sums[name] for name in ("kernels", "launched_kernels", "launch_calls")
    )
    # Kernels without any launch leave the launch sums unknown; no kernels leave them empty.
    known = launched > 0 or kernels == 0
    taxed = known and floor_known
    waited = launched > 0 and floor_known
    il = window.end - window.start.time if window else None
    tax = _tax(sums)
    return Metrics(
        kernels=kernels,
        launched_kernels=launched,
        orphan_kernels=kernels - launched,
        launch_calls=launches,
        graph_launches=sums["graph_launches"],
        graph_kernels=sums["graph_kernels"],
        iterations=part.iterations,
        kernels_per_iteration=(
            sums["kernels_in_steps"] / part.iterations if part.iterations else None
        ),
        tklqt_ns=sums["tklqt"] if known else None,
        tklqt_all_kernels_ns=sums["tklqt_all_kernels"] if known else None,
        t_l=part.t_l,
        launch_part_ns=sums["tklqt"] - sums["queue_part"] if taxed else None,
        queue_part_ns=sums["queue_part"] if taxed else None,
        akd_ns=sums["kernel_time"] / kernels if kernels else None,
        kernel_time_ns=sums["kernel_time"],
        il_ns=il,
        il_start=window.start.rule if window else None,
        il_start_name=window.start.name if window else None,
        gpu_idle_ns=_less(il, sums["kernel_time"]),
        gpu_idle_union_ns=_less(il, part.kernels.in_window),
        gpu_idle_union_with_copies_ns=_less(il, part.with_copies.in_window),
        gpu_busy_union_ns=part.kernels.length,
        gpu_busy_union_with_copies_ns=part.with_copies.length,
        cpu_idle_ns=part.cpu_idle if window and launched else None,
        launch_bound_share=sums["limited"] / launches if floor_known and launches else None,
        idle_recoverable_ns=part.waits.total if waited else None,
        idle_recoverable_union_ns=part.waits.union if waited else None,
        tax=tax,
        hdbi=_hdbi(part.kernels.in_window, tax),
        bound=_bound(part, il),
        t_l_split=_split(sums),
    )


def _less(whole: int | None, part: int) -> int | None:
    return None if whole is None else whole - part


def _tax(sums: dict[str, int]) -> LaunchTax | None:
    if not sums.get("tax_launches"):
        return None
    return LaunchTax(
        framework_ns=sums["framework"],
        dispatch_ns=sums["dispatch"],
        library_ns=sums["library"],
        launch_path_ns=sums["launch_path"],
        excess_ns=sums["excess"],
        launches=sums["tax_launches"],
        repeated_ns=sums["repeated"],
    )


def _split(sums: dict[str, int]) -> LatencySplit | None:
    if not sums.get("staged"):
        return None
    return LatencySplit(
        call_ns=sums["stage_call"],
        driver_ns=sums["stage_driver"],
        device_ns=sums["stage_device"],
        launches=sums["staged"],
        disordered_launches=sums["disordered"],
    )


def _hdbi(active: int, tax: LaunchTax | None) -> float | None:
    """Return active / (active + orchestration), None where neither is known to be positive."""
    if tax is None:
        return None
    orchestration = tax.framework_ns + tax.dispatch_ns + tax.library_ns + tax.launch_path_ns
    return active / (active + orchestration) if active + orchestration > 0 else None


def _bound(part: _Part, il: int | None) -> Bound | None:
    sums = part.sums
    if "limited" not in sums or not sums["launch_calls"] or il is None or il <= 0:
        return None
    return classify(
        launch_bound_share=sums["limited"] / sums["launch_calls"],
        idle_share=(il - part.kernels.in_window) / il,
        launch_part_ns=sums["tklqt"] - sums["queue_part"],
        queue_part_ns=sums["queue_part"],
    )

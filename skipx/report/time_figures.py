"""The figures of one selection of kernels: where the time goes and what launches cost."""

from __future__ import annotations

from skipx.metrics.result import Floor, LatencySplit, LaunchTax, Metrics
from skipx.report.figures_table import Figure
from skipx.report.verdict import share_of
from skipx.units import DASH, format_count, format_ns


def latency_figures(m: Metrics) -> list[Figure]:
    """Return IL and what it consists of; shares are of IL."""
    start = m.il_start or "an unknown start"
    if m.il_start_name:
        start = f"{m.il_start_name}, the {start}"

    def of_il(label: str, value: int | None, style: str = "cyan") -> Figure:
        return Figure(label, format_ns(value), share_of(value, m.il_ns), style=style)

    figures = [
        Figure("IL", format_ns(m.il_ns), note=f"from {start}"),
        of_il("GPU busy (union)", m.gpu_busy_union_ns),
        of_il("GPU idle (union)", m.gpu_idle_union_ns),
        of_il("GPU idle (eq. 5)", m.gpu_idle_ns),
        of_il("recoverable idle", m.idle_recoverable_ns, "yellow"),
        of_il("CPU idle", m.cpu_idle_ns),
        Figure("kernel time", format_ns(m.kernel_time_ns), note=f"AKD {format_ns(m.akd_ns)}"),
        Figure("HDBI", DASH if m.hdbi is None else f"{m.hdbi:.3f}", m.hdbi),
    ]
    if m.idle_recoverable_union_ns not in (None, m.idle_recoverable_ns):
        once = of_il("  counted once", m.idle_recoverable_union_ns, "yellow")
        figures.insert(5, once)
    return figures


def launch_tax_figures(m: Metrics, floor: Floor) -> list[Figure]:
    """Return TKLQT and its two parts, the floor they hang on, and the spread of t_l."""
    t_l = m.t_l
    limited = m.launch_bound_share
    figures = [
        Figure("TKLQT", format_ns(m.tklqt_ns), note="launch and queue time, summed"),
        Figure("  launch", format_ns(m.launch_part_ns), share_of(m.launch_part_ns, m.tklqt_ns)),
        Figure("  queue", format_ns(m.queue_part_ns), share_of(m.queue_part_ns, m.tklqt_ns)),
        Figure(
            "launch-limited",
            format_count(None if limited is None else round(limited * t_l.n)),
            limited,
            style="yellow",
        ),
        Figure("launch floor", format_ns(floor.default_ns), note=_floor_note(floor)),
        Figure("t_l median", format_ns(t_l.p50), note=f"p95 {format_ns(t_l.p95)}"),
        Figure("t_l maximum", format_ns(t_l.max), note=f"p99 {format_ns(t_l.p99)}"),
    ]
    if m.graph_kernels:
        every = f"the naive sum; {m.graph_kernels:,} ran in graphs"
        figures.insert(3, Figure("  every kernel", format_ns(m.tklqt_all_kernels_ns), note=every))
    return figures


def layer_figures(tax: LaunchTax) -> list[Figure]:
    """Return the overhead by layer after TaxBreak; shares are of their sum."""
    layers = layers_ns(tax)
    total = sum(layers.values())
    return [Figure(name, format_ns(ns), share_of(ns, total)) for name, ns in layers.items()]


def layers_ns(tax: LaunchTax) -> dict[str, int]:
    """Return the overhead by the name of its layer, from the top down."""
    return {
        "framework": tax.framework_ns,
        "dispatch": tax.dispatch_ns,
        "library": tax.library_ns,
        "launch path": tax.launch_path_ns,
        "excess": tax.excess_ns,
    }


def stage_figures(split: LatencySplit) -> list[Figure]:
    """Return t_l by stage; shares are of their sum."""
    stages = {"call": split.call_ns, "driver": split.driver_ns, "device": split.device_ns}
    total = sum(stages.values())
    figures = [Figure(name, format_ns(ns), share_of(ns, total)) for name, ns in stages.items()]
    if split.disordered_launches:
        why = "launches with a stage below zero, in the sums"
        figures.append(Figure("disordered", format_count(split.disordered_launches), note=why))
    return figures


def _floor_note(floor: Floor) -> str:
    if floor.source == "none":
        return "unknown: few launches on an idle stream"
    return "estimated from the trace" if floor.source == "trace" else floor.source

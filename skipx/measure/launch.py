"""The launch microbenchmarks: two fresh processes, one untraced, one traced by CUPTI."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from skipx.errors import SkipxError
from skipx.measure.calibration import platform_from
from skipx.measure.fits import graph_fits
from skipx.measure.plan import PREHEAT_S, Plan
from skipx.measure.process import run_plan
from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.measure.statistics import summarize
from skipx.measure.stopping import PROTOCOL, Stopped, StoppingRule
from skipx.measure.variants import PATHS, Variant, variants
from skipx.platforms import Regime, Statistics

BUDGET_S = 180.0

Tell = Callable[[str, int, int], None]
"""Told what is done now, how many rows are done, and of how many."""


def measure_launch(
    *,
    device: int = 0,
    paths: Sequence[str] = tuple(PATHS),
    quick: bool = False,
    budget_s: float = BUDGET_S,
    rule: StoppingRule | None = None,
    core: int | None = None,
    preheat_s: float = PREHEAT_S,
    name: str = "",
    tell: Tell = lambda doing, done, total: None,
) -> LaunchResult:
    """Measure the launch paths of a device, each traced and untraced, idle and in bursts.

    ``budget_s`` bounds the time that rows may take for their samples, all together; with ``quick``
    each path is measured at its base only. ``name`` is the platform's.

    A process that ends early (without CUPTI, or because another tool holds it, the traced one
    does) leaves the rows that it has measured; the others bear the reason. Raises
    ``MissingDependencyError`` without driver or device.
    """
    wanted = tuple(variants(paths, quick=quick))
    share = budget_s / (2 * len(Regime) * len(wanted))
    rule = dataclasses.replace(rule or PROTOCOL, seconds=share)
    gathered = _Gathered(wanted, tell)
    for traced in (False, True):
        plan = Plan(wanted, traced, device, core, rule, preheat_s)
        try:
            gathered.take(plan)
        except SkipxError as error:
            if not gathered.started:
                raise
            gathered.give_up(plan, str(error))
    result = gathered.result(rule)
    return dataclasses.replace(result, platform=platform_from(result, name))


class _Gathered:
    """The results of both processes as they come in."""

    def __init__(self, wanted: Sequence[Variant], tell: Tell) -> None:
        self._wanted = wanted
        self._total = 2 * len(Regime) * len(wanted)
        self._tell = tell
        self._hardware: dict[str, Any] = {}
        self._rows: list[Row] = []
        self._figures: dict[str, Statistics] = {}
        self._missing: dict[str, str] = {}

    @property
    def started(self) -> bool:
        """Whether a process found its device."""
        return bool(self._hardware)

    def take(self, plan: Plan) -> None:
        doing = "traced" if plan.traced else "untraced"
        for message in run_plan(plan):
            content = message.content
            if message.kind == "hardware":
                self._hardware |= content
            elif message.kind == "row":
                self._rows.append(Row.from_dict(content))
            elif message.kind == "figure" and content["statistics"] is None:
                self._missing[content["name"]] = content["reason"]
            elif message.kind == "figure":
                self._figures[content["name"]] = Statistics(**content["statistics"])
            self._tell(doing, len(self._rows), self._total)

    def give_up(self, plan: Plan, reason: str) -> None:
        """Put a row with the reason wherever the process did not come to one."""
        done = {(row.variant, row.regime) for row in self._rows if row.traced == plan.traced}
        for regime in Regime:
            for variant in plan.variants:
                if (variant, regime) not in done:
                    call = PATHS[variant.path].call
                    self._rows.append(Row(variant, regime, plan.traced, call, reason=reason))
        if plan.figures:
            self._missing.setdefault("gaps" if plan.traced else "queue and copies", reason)

    def _ordered(self) -> tuple[Row, ...]:
        """Return the rows as they were planned: rows end in the order of their noise."""
        place = {variant: i for i, variant in enumerate(self._wanted)}

        def key(row: Row) -> tuple[int, bool, bool]:
            return place[row.variant], row.regime is Regime.BURST, row.traced

        return tuple(sorted(self._rows, key=key))

    def result(self, rule: StoppingRule) -> LaunchResult:
        figures = dict(self._figures)
        if (cost := profiler_call_cost(self._rows)) is not None:
            figures["profiler_call"] = cost
        return LaunchResult(
            gpu=self._hardware.get("gpu", ""),
            hardware=self._hardware,
            rule=rule,
            rows=self._ordered(),
            figures=figures,
            fits=tuple(graph_fits(self._rows)),
            missing=self._missing,
        )


def profiler_call_cost(rows: Sequence[Row]) -> Statistics | None:
    """Return the host time that CUPTI adds to a launch call (beta), ns; None where it is unknown.

    The sample is the difference of the block medians of the base ``cuLaunchKernel``, traced and
    untraced, both by the host's clock, in the order of the blocks.
    """
    base = variants(("cuLaunchKernel",), quick=True)[0]
    found = {
        row.traced: row.rounds.get("host_call_ns" if row.traced else "call_ns", ())
        for row in rows
        if row.variant == base and row.regime is Regime.IDLE
    }
    pairs = list(zip(found.get(True, ()), found.get(False, ()), strict=False))
    if not pairs:
        return None
    return summarize(np.array([traced - plain for traced, plain in pairs]), Stopped.FIXED)

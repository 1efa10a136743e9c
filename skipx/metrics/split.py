"""A division of the activities with its kernels, launched kernels and heads, and their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.groups import Groups
from skipx.metrics.prepared import Prepared
from skipx.records import NONE


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The same groups of four kinds of rows."""

    activities: Groups
    kernels: Groups
    launched: Groups
    heads: Groups
    """Rows of ``Launches.heads``, not of the activities."""

    @classmethod
    def of(cls, prepared: Prepared, groups: Groups) -> Split:
        """Split groups of activities."""
        launches = prepared.launches
        kernels = groups.where(launches.kernel)
        launched = kernels.where(launches.launched)
        heads = launched.where(launches.head != NONE)
        return cls(
            groups,
            kernels,
            launched,
            Groups(launches.head[heads.rows].astype(np.int64), heads.bounds),
        )

    def sums(self, prepared: Prepared) -> dict[str, list[int]]:
        """Return the sums that metrics are made of, by name: one for each group."""
        launches = prepared.launches
        activities, heads = prepared.trace.activities, launches.heads
        kernels, launched, head = self.kernels.rows, self.launched.rows, self.heads.rows
        sums = {
            "kernels": self.kernels.sizes().tolist(),
            "kernel_time": self.kernels.sums(activities.dur[kernels]),
            "kernels_in_steps": self.kernels.sums(prepared.in_step[kernels]),
            "launched_kernels": self.launched.sizes().tolist(),
            "tklqt_all_kernels": self.launched.sums(launches.t_l(launched)),
            "graph_kernels": self.launched.sums(prepared.graph_call[activities.call[launched]]),
            "launch_calls": self.heads.sizes().tolist(),
            "tklqt": self.heads.sums(heads.t_l[head]),
            "graph_launches": self.heads.sums(prepared.graph_call[heads.call[head]]),
        }
        return sums | self._stage_sums(prepared) | self._tax_sums(prepared)

    def _stage_sums(self, prepared: Prepared) -> dict[str, list[int]]:
        """Return the sums that need latency timestamps; none where the trace has none."""
        stages, head = prepared.stages, self.heads.rows
        if stages is None:
            return {}
        return {
            "staged": self.heads.sums(stages.known[head]),
            "disordered": self.heads.sums(stages.disordered[head]),
            "stage_call": self.heads.sums(stages.call[head]),
            "stage_driver": self.heads.sums(stages.driver[head]),
            "stage_device": self.heads.sums(stages.device[head]),
        }

    def _tax_sums(self, prepared: Prepared) -> dict[str, list[int]]:
        """Return the sums that need a floor; none where it is unknown."""
        tax, layers = prepared.tax, prepared.layers
        if tax is None:
            return {}
        heads, head = prepared.launches.heads, self.heads.rows
        counted, floor = layers.counted[head], tax.floor[head]
        return {
            "queue_part": self.heads.sums(tax.queue_part[head]),
            "limited": self.heads.sums(tax.limited[head]),
            "tax_launches": self.heads.sums(counted),
            "framework": self.heads.sums(layers.framework[head]),
            "dispatch": self.heads.sums(layers.dispatch[head]),
            "library": self.heads.sums(layers.library[head]),
            "repeated": self.heads.sums(layers.repeated[head]),
            "launch_path": self.heads.sums(floor * counted),
            "excess": self.heads.sums((heads.t_l[head] - floor) * counted),
        }

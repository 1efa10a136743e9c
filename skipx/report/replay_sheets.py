"""The sheets of a replay: kernels and chains."""

from __future__ import annotations

from skipx.measure.replay.result import ChainReplay, KernelReplay, ReplayAnalysis
from skipx.report.sheets import Sheet, make_sheet


def replay_sheets(found: ReplayAnalysis) -> dict[str, Sheet]:
    """Return ``kernels`` and ``chains``, a row a replay; derived figures come first."""
    return {
        "kernels": make_sheet(
            KernelReplay,
            (({**_keys(found), "differs": row.differs}, row) for row in found.kernels),
            workload=str,
            synthetic=bool,
            differs=bool,
        ),
        "chains": make_sheet(
            ChainReplay,
            (({**_keys(found), **_savings(row)}, row) for row in found.chains),
            workload=str,
            synthetic=bool,
            saving_ns=float,
            saving_per_launch_ns=float,
            saving_per_iteration_ns=float,
            resolved=bool,
        ),
    }


def _keys(found: ReplayAnalysis) -> dict[str, object]:
    return {"workload": found.workload, "synthetic": found.synthetic}


def _savings(row: ChainReplay) -> dict[str, object]:
    return {
        "saving_ns": row.warm.saving_ns if row.warm else None,
        "saving_per_launch_ns": row.saving_per_launch_ns,
        "saving_per_iteration_ns": row.saving_per_iteration_ns,
        "resolved": row.warm.resolved if row.warm else None,
    }

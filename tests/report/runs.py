"""The run that ``skipx run`` makes without a GPU, in a folder."""

from __future__ import annotations

from pathlib import Path

from skipx.cli.run_report import run_report
from skipx.emulate.targets import MODELS, TRANSFORMERS
from skipx.prefill.backend import PAPER_PLATFORMS, emulated_backend
from skipx.prefill.folder import RunFolder
from skipx.prefill.sweep import Sweep, run_sweep
from skipx.report.document.blocks import Document
from tests.report.reports import STAMP
from tests.report.sweeps import BATCHES


def emulated_run(folder: Path) -> Document:
    """Return the report on four models over eight batch sizes on three emulated platforms."""
    sweep = Sweep(models=MODELS, batches=BATCHES, platforms=PAPER_PLATFORMS)
    backend = emulated_backend(PAPER_PLATFORMS, transformers=TRANSFORMERS)
    with RunFolder.open(folder, sweep.to_dict(), ["skipx", "run"]) as made:
        for _ in run_sweep(sweep.rows(), backend.measure, made, settings=backend.settings):
            pass
    return run_report(folder, "auto", STAMP)

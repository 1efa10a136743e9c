"""Measures the prefill of the four models of SKIP over batch sizes, and packs the run into a file.

    python bench/gpu_sweep.py out.tar.gz [--needed]

Run again, it goes on with what the file holds, which is a run folder as skipx prefill leaves it.
What predictions are compared with comes first (validation/needed.py), with --needed nothing else;
then larger batches and torch's graphs. Each point has an untraced control, and three traced
iterations. Exit code 0: every point is measured; 1: some failed, or the file is full; 4: no device.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from battery.archive import pack
from battery.state import fingerprint, on_stand_ins
from validation.needed import MODELS, SEQUENCE, graphs, needed

from skipx.environment import software, version_of
from skipx.errors import MissingDependencyError, UsageError
from skipx.platforms.machine import installed_gpus
from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.runner import Settings, measure
from skipx.prefill.sweep import Sweep, run_sweep

ROOT = Path(__file__).resolve().parents[1]

REQUEST = Sweep(
    MODELS, (1, 2, 4, 8, 16, 32, 64), (Mode.EAGER, Mode.GRAPH, Mode.CUDAGRAPHS), (SEQUENCE,)
).to_dict()
"""What reports of the folder look for; other points in it are for the validation alone."""

PROTOCOL = Settings(
    warm_up_s=0.3, control_s=0.4, rounds=1, traced=3, shapes=False, start_s=120.0, silence_s=120.0
)
"""Shorter than usual: the points share nine minutes with other stages, and traces stay small."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="archive to write, or to go on with")
    parser.add_argument("--needed", action="store_true", help="only what predictions need")
    options = parser.parse_args()
    file: Path = options.file
    rows = needed() if options.needed else planned()
    # The battery's signal: what is measured is packed already, and the point's process must end.
    signal.signal(signal.SIGTERM, _stop)
    try:
        found = sweep_into(file, rows, lambda point: measure(point, PROTOCOL))
    except MissingDependencyError as error:
        print(f"gpu_sweep: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    failed = [outcome for outcome in found if outcome.problem and not outcome.out_of_memory]
    for outcome in failed:
        print(f"{outcome.point.key}: {outcome.problem}")
    asked = sum(map(len, rows))
    print(f"{len(found) - len(failed)} of {asked} points measured")
    return 1 if failed or len(found) < asked else 0


def planned() -> Sequence[Sequence[Point]]:
    """Return the points in rows of ascending batch size, those of most use first."""
    return [
        *needed(),
        *graphs((32,)),
        *modes(Mode.CUDAGRAPHS, (1, 8, 32)),
        *modes(Mode.EAGER, (16, 64)),
        *modes(Mode.CUDAGRAPHS, (2, 4, 16, 64)),
    ]


def modes(mode: Mode, batches: Sequence[int]) -> list[list[Point]]:
    return [[Point(model, batch, SEQUENCE, mode) for batch in batches] for model in MODELS]


def sweep_into(
    file: Path, rows: Sequence[Sequence[Point]], measure: Callable[[Point], Outcome]
) -> Sequence[Outcome]:
    """Return the outcomes of the points; the file has each of them before the next one begins.

    Where a point would make the file too large to be brought back, it is left as it was, and the
    sweep ends.
    """
    settings = {
        **software(),
        "torch": version_of("torch"),
        "transformers": version_of("transformers"),
        "sources": fingerprint(ROOT, ("csrc", "skipx", "bench/fusions")),
        "synthetic": on_stand_ins(),
        "gpus": [gpu.name for gpu in installed_gpus()],
        "protocol": PROTOCOL.to_dict(),
    }
    found = []
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "run"
        if file.exists():
            with tarfile.open(file) as archive:
                archive.extractall(path, filter="data")
        command = ["bench/gpu_sweep.py"]
        with RunFolder.open(path, REQUEST, command, resume=True) as folder:
            points = run_sweep(rows, _each(measure), folder, settings=lambda point: settings)
            for step in points:
                if not step.reused and not pack(path, file):
                    print(f"{file.name} is full: {step.outcome.point.key} does not fit")
                    break
                found.append(step.outcome)
                if not step.reused:
                    print(describe(step.outcome), flush=True)
    return found


def _each(measure: Callable[[Point], Outcome]) -> Callable[[Point], Outcome]:
    """Return ``measure`` with a model that cannot be made as the problem of its points alone."""

    def measured(point: Point) -> Outcome:
        try:
            return measure(point)
        except UsageError as error:
            return Outcome(point, problem=str(error))

    return measured


def describe(outcome: Outcome) -> str:
    point = outcome.point
    what = f"{point.model} {point.mode} b{point.batch}"
    if outcome.problem:
        return f"{what}: {outcome.problem}"
    times = sorted(outcome.control_ns.tolist())
    return f"{what}: {times[(len(times) - 1) // 2] / 1e6:.3f} ms untraced"


def _stop(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())

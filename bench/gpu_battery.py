"""Everything that needs a GPU, in one command of at most 9 minutes.

    python bench/gpu_battery.py [--out FOLDER] [--resume FOLDER] [--again STAGE] [--limit SECONDS]

Builds skipx, runs tests/gpu, measures the platform, records what predictions are compared with and
compares them, checks the live source against other clocks, and looks for memory errors. Each stage
is a process with its own time; what a stage has measured stays, whatever becomes of the later ones.
Run again, it goes on with what has not passed. The files go to $OUT where that is set, else to
bench/results/GPU. Where the environment names stand-ins for the libraries of CUDA everything is
marked synthetic, and kept out of bench/results. Exit code 0: all passed, or were skipped for want
of a tool; 1: a stage did not; 2: a folder that synthetic results may not go to; 4: no device.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from battery.runner import carry_over, run_battery
from battery.stages import LIMIT_S, ROOT, stages
from battery.state import RESULTS, State, fingerprint, on_stand_ins

MEASURED_WITH = ("csrc", "skipx", "bench", "tests/gpu")


def main() -> int:
    options = _options()
    # Ended politely, the battery still ends its stage and keeps the state.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    gpu = gpu_name()
    if not gpu:
        print("gpu_battery: error: no NVIDIA device (nvidia-smi names none)", file=sys.stderr)
        return 4
    out = (options.out or _default_folder(gpu)).resolve()
    synthetic = on_stand_ins()
    if synthetic and out.is_relative_to(ROOT / RESULTS):
        print("gpu_battery: error: synthetic results stay out of bench/results", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    if options.resume is not None:
        carry_over(options.resume, out)
    state = State.load(out, fingerprint(ROOT, MEASURED_WITH), gpu, synthetic=synthetic)
    planned = stages()
    print(run_battery(planned, state, limit_s=options.limit, again=options.again))
    return 0 if all(state.outcomes[stage.name].settled for stage in planned) else 1


def gpu_name() -> str:
    """Return the first device's name as its driver tells it, or nothing."""
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.partition("\n")[0].strip()


def _default_folder(gpu: str) -> Path:
    if given := os.environ.get("OUT"):
        return Path(given)
    return ROOT / RESULTS / re.sub(r"[^a-z0-9]+", "-", gpu.lower()).strip("-")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = [stage.name for stage in stages()]
    parser.add_argument("--out", type=Path, help="the folder of the results")
    parser.add_argument("--resume", type=Path, help="go on with the results in this folder")
    parser.add_argument("--again", action="append", choices=names, default=[])
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds, for all stages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

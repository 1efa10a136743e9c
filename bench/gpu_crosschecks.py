"""Our times of small kernels against other clocks, on a GPU.

    python bench/gpu_crosschecks.py out.json

The same loops, of null kernels and of one PyTorch operator, run under skipx's live source and
under PyTorch's profiler; under skipx's also between CUDA events and beside the host's clock. CUPTI
serves one tool of a process, so each side has processes of its own, which take turns. Exit code 1:
a pair that measures the same does not agree, or is not there; 4: there is no device.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from agreement import Check, Samples, Verdict, compare, missing

TURNS = ("skipx", "torch", "skipx", "torch")
PATIENCE_S = 45.0
NO_DEVICE = 4

AGAINST_TORCH = ("null kernel, duration", "null kernel, t_l", "operator, duration", "operator, t_l")
WITHIN = (
    ("duration of a long kernel, events around it", True),
    ("period of a burst, host clock", True),
    ("duration of a short kernel, events around it", False),
)
"""Both sides come from the same run; the last pair differs by what an event itself takes."""

Run = dict[str, Samples]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="FILE", help="JSON to write")
    out: Path = parser.parse_args().out
    runs: dict[str, list[Run]] = {"skipx": [], "torch": []}
    problems: dict[str, str] = {}
    for side in TURNS:
        if side in problems:
            continue
        code, run, said = take(side)
        if code == NO_DEVICE:
            return NO_DEVICE  # the turn has said why
        if run is None:
            problems[side] = said
        else:
            runs[side].append(run)
        # After each turn: what is measured stays, whatever becomes of the next one.
        found = list(checks(runs, problems))
        rows = {"checks": [asdict(check) for check in found]}
        out.write_text(json.dumps(rows, indent=2) + "\n")
    for check in found:
        print(line(check))
    return any(check.verdict in (Verdict.OTHER, Verdict.MISSING) for check in found)


def take(side: str) -> tuple[int, Run | None, str]:
    """Return the exit code of a turn, its samples if it left some, and its last words."""
    script = Path(__file__).with_name("gpu_crosscheck_samples.py")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "samples.npz"
        command = [sys.executable, str(script), side, str(file)]
        try:
            done = subprocess.run(
                command, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return 1, None, f"silent for {PATIENCE_S:g} s"
        sys.stderr.write(done.stderr)
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        if done.returncode != 0:
            return done.returncode, None, last
        with np.load(file) as arrays:
            return 0, {name: arrays[name].astype(np.float64) for name in arrays.files}, last


def checks(runs: dict[str, list[Run]], problems: dict[str, str]) -> Iterator[Check]:
    """Yield every comparison that is planned, also those that could not be made."""
    ours, theirs = runs["skipx"], runs["torch"]
    problem = "; ".join(f"{side}: {what}" for side, what in problems.items())
    for name in AGAINST_TORCH:
        label = f"{name}, PyTorch's profiler"
        if not ours or not theirs:
            yield missing(label, problem or "not measured yet")
        else:
            yield compare(label, [run[name] for run in ours], [run[name] for run in theirs])
    for name, same in WITHIN:
        if not ours:
            yield missing(name, problem or "not measured yet")
        else:
            pair = [[run[f"{name}: {side}"] for run in ours] for side in ("ours", "theirs")]
            yield compare(name, pair[0], pair[1], same_quantity=same)


def line(check: Check) -> str:
    if check.ours is None or check.theirs is None:
        return f"{check.verdict:<7} {check.name}: {check.reason}"
    return f"{check.verdict:<7} {check.name}: {check.ours:.0f} against {check.theirs:.0f} ns"


if __name__ == "__main__":
    sys.exit(main())

"""Predictions against measurement: V1 to V5 of the definitions, section 6, chains and fusions.

    python bench/validate_predictions.py [PATH ...] [--machine NAME|FILE]
    python bench/validate_predictions.py --live [--machine NAME|FILE]

PATH is a folder that gpu_battery.py filled, or one of its files; a run folder of ``skipx prefill``;
a trace, a folder of traces; what ``skipx replay`` wrote as replay.json. Without any,
../shared/traces and bench/results/*. A platform.json beside a file is its machine.

V1      the unchanged replay of every trace             error of IL at most 0.5 %
V2      one iteration from another                      beside the spread of the measured ones
V3      eager trace -> measured CUDA-graph latency      5 %, and no simpler guess closer
V4      injected pauses and synchronisations            no simpler guess closer
V5      queue depth: traces of a full queue, and        1 % of the depth, 5 % of waits, TKLQT
        bursts longer than the queue                    and the host's time
chain   what a replayed chain saves as one graph        no simpler guess closer
fusion  what a fusion of bench/fusions saves            no simpler guess closer

--live measures V3, V4, the fusions and bursts now, on this machine's GPU. Graphs of emulated runs
are left out: agreement of a model with itself proves nothing. Exit code 0: every bar reached; 1:
one missed; 2: usage; 3: damaged input; 4: no device.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from validation.recordings import recordings, rows_of_path
from validation.table import table, verdict

from skipx import platforms
from skipx.errors import ExitCode, SkipxError


def main(arguments: Sequence[str]) -> int:
    """Print a row a prediction, what was guessed more simply, and what missed its bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--machine", default=None)
    parser.add_argument("--live", action="store_true")
    given = parser.parse_args(arguments)
    try:
        platform = platforms.resolve(given.machine)
        rows = []
        if given.live:
            from validation.live import live_rows

            rows += live_rows(platform or "auto")
        for path in given.paths or ([] if given.live else recordings()):
            rows += rows_of_path(path, platform)
    except SkipxError as error:
        print(f"validate_predictions: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    if not rows:
        print("no recordings to validate against", file=sys.stderr)
        return int(ExitCode.USAGE)
    for line in table(rows):
        print(line)
    return int(any(verdict(row).startswith("MISSED") for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

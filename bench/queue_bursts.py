"""Bursts of equal kernels, shorter and longer than a stream's queue: V5 of the definitions.

    python bench/queue_bursts.py bursts.json
    python bench/queue_bursts.py --trace FOLDER

Each burst is launched on an idle stream and timed by the host's clock without a profiler: to the
return of the last call, and to that of a synchronisation behind it. --trace records the longest one
instead, as a trace. Exit code 0: done; 4: no device.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from battery.state import on_stand_ins

CYCLES = 40_000
"""Of one kernel: 20 us at 2 GHz, so that the host is ahead of the device."""
LENGTHS = (128, 384, 1024, 1536, 2048, 4096)
"""The queue has 1,024 places on the devices seen; the two shortest leave over half of it free."""
REPEATS = 7
WARM_UPS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    from skipx.errors import SkipxError

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    outputs = parser.add_mutually_exclusive_group(required=True)
    outputs.add_argument("file", type=Path, nargs="?", help="JSON to write")
    outputs.add_argument("--trace", type=Path, metavar="FOLDER", help="record the longest one")
    options = parser.parse_args(arguments)
    try:
        if options.trace is not None:
            record(options.trace)
        else:
            options.file.write_text(json.dumps(measure_bursts(), indent=1))
    except SkipxError as error:
        print(f"queue_bursts: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


def measure_bursts() -> Mapping[str, Any]:
    """Return the times of the bursts, JSON-ready; their lengths take turns."""
    torch = _device()
    burst(WARM_UPS)
    times: dict[int, list[tuple[int, int]]] = {length: [] for length in LENGTHS}
    gc.disable()
    try:
        for _ in range(REPEATS):
            for length in LENGTHS:
                times[length].append(burst(length))
    finally:
        gc.enable()
    return {
        "schema": "skipx.bursts/1",
        "gpu": torch.cuda.get_device_name(0),
        "synthetic": on_stand_ins(),
        "kernel": f"sleep of {CYCLES} cycles",
        "bursts": [
            {
                "launches": length,
                "issue_ns": [issue for issue, _ in found],
                "total_ns": [total for _, total in found],
            }
            for length, found in times.items()
        ],
    }


def record(folder: Path) -> None:
    """Save the trace of the longest burst, with what the profiler adds to each call."""
    import skipx

    _device()
    burst(WARM_UPS)
    with skipx.profile(operators=False) as session:
        burst(LENGTHS[-1])
    skipx.save_trace(session.trace, folder)


def burst(launches: int) -> tuple[int, int]:
    """Launch so many kernels and wait; return when the last call returned, and the wait, ns."""
    import torch

    launch, clock = torch.cuda._sleep, time.perf_counter_ns
    began = clock()
    for _ in range(launches):
        launch(CYCLES)
    issued = clock()
    torch.cuda.synchronize()
    return issued - began, clock() - began


def _device() -> Any:
    from skipx.errors import MissingDependencyError

    try:
        import torch
    except ModuleNotFoundError as error:
        raise MissingDependencyError("bursts need torch") from error
    if not torch.cuda.is_available():
        raise MissingDependencyError("no GPU to launch bursts on")
    return torch


if __name__ == "__main__":
    sys.exit(main())

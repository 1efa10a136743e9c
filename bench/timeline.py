"""How fast programs of launches are played. Bar: 100,000 launches in under 50 ms.

    python bench/timeline.py

Prints the best and median of several runs: one thread on one stream, the same with a queue that
is always full, and four threads on four streams with events and synchronisations.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from skipx.timeline import Items, Kind, Parameters, Program, Work, play

LAUNCHES = 100_000
BAR_MS = 50.0
RUNS = 15


def one_stream(kernel_ns: int) -> Program:
    """A launch every 6 us of a kernel of ``kernel_ns``."""
    rows = np.arange(LAUNCHES)
    items = Items.of(
        thread=0,
        kind=np.full(LAUNCHES, Kind.LAUNCH),
        gap_ns=4_000,
        duration_ns=2_000,
        floor_ns=4_500,
        operators=3,
        first=rows,
        count=1,
    )
    return Program(items, Work.of(duration_ns=np.full(LAUNCHES, kernel_ns)))


def four_streams() -> Program:
    """Rounds of two launches, a record, a stream wait and, once in 64 rounds, a sync."""
    rounds = LAUNCHES // 2
    kind = np.tile([Kind.LAUNCH, Kind.RECORD, Kind.STREAM_WAIT, Kind.LAUNCH, Kind.WORK], rounds)
    kind[4 :: 5 * 64] = Kind.SYNC
    launch = kind == Kind.LAUNCH
    thread = np.repeat(np.arange(rounds) % 4, 5)
    items = Items.of(
        thread=thread,
        kind=kind,
        gap_ns=1_500,
        duration_ns=2_000,
        floor_ns=4_500,
        first=np.where(launch, np.cumsum(launch) - 1, 0),
        count=launch,
        stream=np.where(kind == Kind.STREAM_WAIT, (thread + 1) % 4, thread),
        event=thread,
    )
    return Program(items, Work.of(stream=thread[launch], duration_ns=np.full(LAUNCHES, 3_000)))


def main() -> None:
    """Print a row a program."""
    parameters = Parameters(gap_ns=np.full((3, 3), 900), graph_gap_ns=900, alpha_ns=250.0)
    programs = {
        "one stream, idle": one_stream(3_000),
        "one stream, full queue": one_stream(9_000),
        "four threads, four streams": four_streams(),
    }
    print(f"{LAUNCHES:,} launches; bar {BAR_MS:.0f} ms")
    for name, program in programs.items():
        spent = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            play(program, parameters)
            spent.append((time.perf_counter() - begin) * 1e3)
        verdict = "reached" if statistics.median(spent) < BAR_MS else "NOT reached"
        print(
            f"{name:28} {len(program.items):>8,} items  best {min(spent):6.2f} ms"
            f"  median {statistics.median(spent):6.2f} ms  {verdict}"
        )


if __name__ == "__main__":
    main()

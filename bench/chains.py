"""Mines the chains of every length from 1,000,000 items: time and peak memory beside the bars.

    python bench/chains.py [--items 1000000] [--repeat 3] [--json out.json]

Each measurement is a process of its own. The bars are for the time from the symbols to every
column of every length, suffix array included; the index is then there for the candidates and
K_min. Peak memory is the process's high-water mark, interpreter and input included. Exit code 1:
a bar was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from chain_inputs import INPUTS, base_trace
from rich.console import Console
from rich.table import Table

from skipx._native import ChainIndex

MB = 1_000_000
BAR_MB = 400
BAR_SECONDS = {1.0: 1.0, 0.75: 3.0}
CRITERIA = [(threshold, eligible) for threshold in BAR_SECONDS for eligible in (False, True)]
SEGMENT_COUNTS = (1, 1000)


def main() -> int:
    options = _options()
    if options.probe:
        name, segments, threshold, eligible = json.loads(options.probe)
        print(json.dumps(_measure(name, options.items, segments, threshold, eligible)))
        return 0
    console = Console(width=110)
    console.print(f"{options.items:,} items; {os.cpu_count()} cores; best of {options.repeat}")
    console.print(f"trace_tiled: {base_trace().name}")
    cases = [
        (name, segments, *criterion)
        for name in INPUTS
        for segments in SEGMENT_COUNTS
        for criterion in CRITERIA
    ]
    results = [
        _best([_in_a_process(case, options.items) for _ in range(options.repeat)]) for case in cases
    ]
    console.print(_table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    return 0 if all(_meets_bar(result) for result in results) else 1


def _measure(
    name: str, items: int, segments: int, threshold: float, eligible: bool
) -> dict[str, Any]:
    symbols = INPUTS[name](items)
    offsets = np.linspace(0, items, segments + 1).astype(np.int64)
    before = _peak_mb()
    index, index_s = _timed(lambda: ChainIndex(symbols, offsets))
    columns, columns_s = _timed(lambda: index.lengths(threshold, eligible))
    peak_mb = _peak_mb()
    _, candidates_s = _timed(lambda: index.candidates(threshold, eligible, limit=50))
    _, k_min_s = _timed(lambda: index.k_min(threshold, eligible))
    return {
        "input": name,
        "segments": segments,
        "threshold": threshold,
        "eligible": eligible,
        "lengths": len(columns["windows"]),
        "lengths_s": index_s + columns_s,
        "candidates_s": candidates_s,
        "k_min_s": k_min_s,
        "before_mb": before,
        "peak_mb": peak_mb,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def _in_a_process(case: tuple[str, int, float, bool], items: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--items", str(items), "--probe", json.dumps(case)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _best(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the least of each measurement: on a shared machine the others measure the machine."""
    return {
        key: min(run[key] for run in runs) if isinstance(value, float) else value
        for key, value in runs[0].items()
    }


def _meets_bar(result: dict[str, Any]) -> bool:
    in_time: bool = result["lengths_s"] < BAR_SECONDS[result["threshold"]]
    return in_time and result["peak_mb"] < BAR_MB


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table("input", "segments", title="Chains of every length, seconds and MB")
    for threshold, eligible in CRITERIA:
        table.add_column(
            f"PS >= {threshold:g}{' eligible' if eligible else ''}",
            f"< {BAR_SECONDS[threshold]:g} s",
            justify="right",
        )
    table.add_column("peak", f"< {BAR_MB} MB", justify="right")
    table.add_column("candidates", justify="right")
    table.add_column("K_min", justify="right")
    table.show_footer = True
    for first in range(0, len(results), len(CRITERIA)):
        group = results[first : first + len(CRITERIA)]
        table.add_row(
            group[0]["input"],
            f"{group[0]['segments']:,}",
            *(f"{result['lengths_s']:.2f}" for result in group),
            f"{max(result['peak_mb'] for result in group):.0f}",
            f"{max(result['candidates_s'] for result in group):.2f}",
            f"{max(result['k_min_s'] for result in group):.2f}",
            style="" if all(_meets_bar(result) for result in group) else "bold red",
        )
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write every number to this file")
    parser.add_argument("--probe", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""The lines of the summary, read from the files that the stages leave."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median_low
from typing import Any

ENOUGH = 1000
"""Samples of a row that the protocol asks for before an interval may end it."""


def platform(out: Path) -> list[str]:
    """Return the main figures of the measured platform, and what ended the sampling of its rows."""
    content = _read(out / "platform.json")
    gaps, graph = content.get("gap_ns", {}), content.get("graph", {})
    found = {
        "floor": content.get("launch_floor_ns", {}).get("default"),
        "call": content.get("call_ns", {}).get("default"),
        "null kernel": content.get("null_kernel_ns"),
        "gap": gaps.get("kernel_kernel"),
        "graph node": graph.get("call_per_node_ns"),
    }
    depth = content.get("queue_depth")
    first = [f"{name} {_ns(figure)}" for name, figure in found.items() if figure]
    first += [f"queue {depth['value']:.0f}"] if depth else []
    return [", ".join(first), *_sampling(content.get("launch_paths", []))]


def _sampling(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how many rows have a thousand samples, and how often each criterion ended one."""
    decisive = {"idle": "call_ns", "burst": "period_ns"}
    blocks = [row[name] for row in rows if (name := decisive[row["regime"]]) in row]
    enough = sum(block["statistics"]["n"] >= ENOUGH for block in blocks)
    stopped = Counter(block["statistics"]["stopped"] for block in blocks)
    by = ", ".join(f"{count} by {criterion}" for criterion, count in stopped.most_common())
    return [f"{enough} of {len(blocks)} rows with {ENOUGH:,} samples", f"rows ended {by}"]


def crosschecks(out: Path) -> list[str]:
    """Return how many comparisons agree, and each that does not or is not there."""
    checks = _read(out / "crosschecks.json")["checks"]
    counts = Counter(check["verdict"] for check in checks)
    lines = [", ".join(f"{count} {verdict}" for verdict, count in counts.items())]
    for check in checks:
        if check["verdict"] == "OTHER":
            lines.append(f"{check['name']}: {_ns(check['ours'])}, {_ns(check['theirs'])}")
        elif check["verdict"] == "MISSING":
            lines.append(f"{check['name']}: {check['reason']}")
    return lines


def replay(out: Path) -> list[str]:
    """Return the hottest kernel and the first chain."""
    content = _read(out / "replay.json")
    lines = [
        f"kernel {_ns(row['in_situ']['duration_ns'])} in situ,"
        f" {_ns(row['warm']['median'])} warm, {_ns(row['cold']['median'])} cold"
        for row in content["kernels"]
        if row["warm"] and row["cold"] and row["in_situ"]
    ]
    savings = [
        f"chain of {row['length']}: {_ns(row['warm']['launches']['median'])} as launches,"
        f" {_ns(row['warm']['graph']['median'])} as a graph"
        for row in content["chains"]
        if row["warm"]
    ]
    return [*lines[:1], *savings[:1]]


def sweep(out: Path) -> list[str]:
    """Return how many points are measured, and each model's latency at batch 1 by mode."""
    with tarfile.open(out / "sweep.tar.gz") as archive:
        members = [member for member in archive.getnames() if member.startswith("points/")]
        files = [archive.extractfile(member) for member in members]
        points = [json.load(file) for file in files if file is not None]
    whole = [point for point in points if point["control_ns"] and not point["problem"]]
    lines = [f"{len(whole)} points, {len(points) - len(whole)} with problems"]
    for model in dict.fromkeys(point["point"]["model"] for point in whole):
        smallest = [
            f"{point['point']['mode']} {_ns(median_low(point['control_ns']))}"
            for point in whole
            if point["point"]["model"] == model and point["point"]["batch"] == 1
        ]
        if smallest:
            lines.append(f"{model.rpartition('/')[2]} b1: {', '.join(smallest)}")
    return lines


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _ns(value: float | Mapping[str, Any]) -> str:
    """Return a figure as text; one with statistics is an object with its value."""
    number = value["value"] if isinstance(value, Mapping) else value
    return f"{number / 1000:.2f} us"

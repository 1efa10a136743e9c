"""The lines of the summary, read from the files that the stages leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree


def tests(out: Path) -> list[str]:
    """Return how many tests ran, and the names of those that failed."""
    suite = ElementTree.parse(out / "tests.xml").getroot().find("testsuite")
    if suite is None:
        return ["no tests"]
    counts = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = [
        case.get("name", "")
        for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]
    return [", ".join(f"{count} {key}" for key, count in counts.items()), *failed[:3]]


def platform(out: Path) -> list[str]:
    """Return the launch floor, the launch call and the null kernel of the measured platform."""
    content = _read(out / "platform.json")
    figures = {
        "floor": content.get("launch_floor_ns", {}).get("default"),
        "call": content.get("call_ns", {}).get("default"),
        "null kernel": content.get("null_kernel_ns"),
    }
    return [", ".join(f"{name} {_ns(figure)}" for name, figure in figures.items() if figure)]


def crosschecks(out: Path) -> list[str]:
    """Return each comparison of two clocks, with its verdict."""
    return [
        f"{row['verdict']:<5} {row['name']}: {_ns(row['ours'])} against {_ns(row['theirs'])}"
        for row in _read(out / "crosschecks.json")["checks"]
    ]


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


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _ns(value: float | Mapping[str, Any]) -> str:
    """Return a figure as text; one with statistics is an object with its value."""
    number = value["value"] if isinstance(value, Mapping) else value
    return f"{number / 1000:.2f} us"

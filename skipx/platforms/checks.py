"""What must hold in a platform file beyond the shape of it: evidence, order, versions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from skipx.platforms.schema import Problem, child, schema_problems

SCHEMA = "skipx.platform"
VERSION = (1, 0)

_ASCENDING = (
    ("min", "p5", "median", "p95", "p99"),
    ("median_low", "median", "median_high"),
)


def problems(document: Any) -> list[Problem]:
    """Return everything that keeps a decoded JSON document from being a platform file.

    A document of another kind or of a newer major version has this one problem only.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return [Problem("$.schema", f'not a platform file: its schema is not "{SCHEMA}"')]
    version = document.get("version")
    major = version.partition(".")[0] if isinstance(version, str) else ""
    if major.isascii() and major.isdecimal() and int(major[:9]) > VERSION[0]:
        newer = f"version {version} is newer than {VERSION[0]}.x: update skipx"
        return [Problem("$.version", newer)]
    # The checks of the content rely on its shape.
    return schema_problems(document) or list(_content_problems(document))


def _content_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    measured = document["provenance"] == "measured"
    if measured and "environment" not in document:
        yield Problem("$.environment", "is missing: a measured platform tells on what")
    for path, quantity in _quantities(document, "$"):
        if "statistics" in quantity:
            yield from _statistics_problems(quantity, path)
        elif measured:
            yield Problem(f"{path}.statistics", "is missing: a measured figure has its sample")
    for index, row in enumerate(document.get("launch_paths", ())):
        for key in ("t_l_ns", "duration_ns"):
            if not row["traced"] and key in row:
                path = child(child(child("$", "launch_paths"), index), key)
                yield Problem(path, "without the profiler only the host's clock is read")


def _quantities(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        if "definition" in value:
            yield path, value
            return
        for key, item in value.items():
            yield from _quantities(item, child(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _quantities(item, child(path, index))


def _statistics_problems(quantity: Mapping[str, Any], path: str) -> Iterator[Problem]:
    statistics = quantity["statistics"]
    if quantity["value"] != statistics["median"]:
        median = statistics["median"]
        yield Problem(f"{path}.value", f"{quantity['value']} is not the median, {median}")
    for names in _ASCENDING:
        for low, high in itertools.pairwise(names):
            if statistics[low] > statistics[high]:
                what = f"{statistics[low]} is more than {high}, {statistics[high]}"
                yield Problem(f"{path}.statistics.{low}", what)

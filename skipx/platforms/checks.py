"""What must hold in a platform file beyond the shape of it: evidence, order, versions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from skipx.platforms.document import from_document, quantities
from skipx.platforms.platform import Platform, Provenance
from skipx.platforms.quantity import Statistics
from skipx.platforms.schema import SCHEMA, VERSION, Problem, schema_problems

_ASCENDING = (
    ("min", "p5", "median", "p95", "p99"),
    ("median_low", "median", "median_high"),
)

LONGEST_NS = 1e12
"""A time that a machine may be stated to take; sums of very many still are int64."""


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
    return schema_problems(document) or list(_content_problems(from_document(document)))


def _content_problems(platform: Platform) -> Iterator[Problem]:
    if platform.provenance is not Provenance.PUBLISHED and platform.environment is None:
        yield Problem("$.environment", "is missing: a measured platform tells on what")
    for path, quantity in quantities(platform):
        if quantity.definition.unit == "ns" and quantity.value > LONGEST_NS:
            yield Problem(f"{path}.value", f"{quantity.value} ns is longer than 1000 s")
        if path.startswith("$.emulation") and not quantity.source:
            yield Problem(f"{path}.source", "is missing: what it was fitted to")
        if quantity.statistics is not None:
            yield from _statistics_problems(quantity.value, quantity.statistics, path)
        elif platform.provenance is not Provenance.PUBLISHED:
            yield Problem(f"{path}.statistics", "is missing: a measured figure has its sample")
    for index, row in enumerate(platform.launch_paths):
        for key in ("t_l_ns", "duration_ns"):
            if not row.traced and getattr(row, key) is not None:
                what = "without the profiler only the host's clock is read"
                yield Problem(f"$.launch_paths[{index}].{key}", what)


def _statistics_problems(value: float, statistics: Statistics, path: str) -> Iterator[Problem]:
    if value != statistics.median:
        yield Problem(f"{path}.value", f"{value} is not the median, {statistics.median}")
    for names in _ASCENDING:
        for low, high in itertools.pairwise(names):
            less, more = getattr(statistics, low), getattr(statistics, high)
            if less > more:
                yield Problem(f"{path}.statistics.{low}", f"{less} is more than {high}, {more}")

"""A point for processes that do not look at it."""

from __future__ import annotations

from typing import Any

from skipx.prefill.point import Point


def tiny_point(**changes: Any) -> Point:
    fields = {"model": "tiny", "batch": 2, "sequence": 4, "dtype": "float32"}
    return Point(**{**fields, **changes})

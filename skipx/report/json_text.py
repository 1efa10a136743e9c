"""Strictly valid JSON of any result: no NaN, no infinity, no lone surrogate."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from skipx.report.text import valid_unicode


def json_text(value: Any, *, indent: int | None = 2, compact: bool = False) -> str:
    """Return ``value`` as JSON (RFC 8259); what is not a finite number becomes null."""
    separators = (",", ":") if compact else None
    return json.dumps(
        _plain(value), indent=indent, separators=separators, allow_nan=False, ensure_ascii=False
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return valid_unicode(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {valid_unicode(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value

"""Rows of bursts.json, as bench/queue_bursts.py leaves it: V5 without a profiler."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from skipx.platforms import Platform
from skipx.timeline.estimates import queue_depth
from skipx.whatif.validation import Burst, Validated, validate_bursts


def rows_of_bursts(document: Mapping[str, Any], platform: Platform | None) -> list[Validated]:
    """Return V5 of the bursts; without a platform the queue has the depth of the definitions."""
    bursts = [
        Burst(one["launches"], np.array(one["issue_ns"]), np.array(one["total_ns"]))
        for one in document["bursts"]
    ]
    rows = validate_bursts(f"{document['kernel']} burst", bursts, queue_depth(platform))
    return [dataclasses.replace(row, synthetic=document["synthetic"]) for row in rows]

"""A model that skipx builds, as ``skipx prefill`` takes one of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skipx.prefill.models import load_workload

Own = tuple[Any, Callable[[int, int], Mapping[str, Any]]]
"""A model, and its inputs for a batch size and a sequence length."""


def own_model(name: str) -> Own:
    """Return a model of ``skipx.prefill.models`` in float16, its weights random."""
    workload = load_workload(name)

    def inputs(batch: int, sequence: int) -> Mapping[str, Any]:
        return workload.make_inputs(batch, sequence).kwargs

    return workload.model, inputs

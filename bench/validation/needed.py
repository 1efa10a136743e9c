"""What V3, V4 and the fusions are measured on: points of the prefill runner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skipx.prefill.point import Mode, Point

BENCH = Path(__file__).resolve().parents[1]
MODELS = ("bert-base-uncased", "gpt2", "Llama-3.2-1B", "xlm-roberta-base")
SEQUENCE = 512

INJECTIONS = "injections.py"
INJECTED = ("plain", "paused", "synchronised")
FUSIONS = ("gpt2_gelu", "llama_rms_norm")
"""Modules of bench/fusions."""


def needed() -> Sequence[Sequence[Point]]:
    """Return the points in rows of ascending batch size, those of most use first.

    A fusion's eager model is a point of V3 as well.
    """
    return [
        *graphs((1, 8)),
        *([injected(which, batch)] for batch in (1, 8) for which in INJECTED),
        *graphs((2, 4)),
        *([fused(name)] for name in FUSIONS),
    ]


def graphs(batches: Sequence[int]) -> list[list[Point]]:
    """Return each model operator by operator, and as one graph."""
    return [
        [Point(model, batch, SEQUENCE, mode) for batch in batches]
        for model in MODELS
        for mode in (Mode.EAGER, Mode.GRAPH)
    ]


def injected(which: str, batch: int = 1, sequence: int = SEQUENCE) -> Point:
    """Return the model of bench/injections.py with some waits."""
    return Point(f"{BENCH / INJECTIONS}:{which}", batch, sequence)


def fused(name: str, batch: int = 1, sequence: int = SEQUENCE) -> Point:
    """Return the model of a module of bench/fusions with its chain fused."""
    return Point(f"{BENCH / 'fusions' / name}.py:fused", batch, sequence)

"""The example trace that skipx ships, synthetic and marked so, and its generator."""

from __future__ import annotations

from pathlib import Path

_SHIPPED = "synthetic_prefill.json.gz"


def example_path() -> Path:
    """Return the path of the shipped example: a synthetic prefill in Kineto's format, gzip."""
    return Path(__file__).with_name(_SHIPPED)

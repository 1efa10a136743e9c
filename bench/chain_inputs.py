"""Sequences of symbols that a chain miner may meet, the worst of them among them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import skipx
from skipx.fusion.segments import whole_streams
from skipx.fusion.symbols import symbols_of

Symbols = NDArray[np.int32]

ROOT = Path(__file__).resolve().parent.parent
BASE = "a100_nccl_multistream.json.gz"
EXAMPLE = ROOT / "skipx" / "examples" / "synthetic_prefill.json.gz"


def base_trace() -> Path:
    """Return the real trace that is tiled, or the synthetic example where it is absent."""
    folder = os.environ.get("SKIPX_TRACES") or ROOT.parent / "shared" / "traces"
    real = Path(folder) / BASE
    return real if real.is_file() else EXAMPLE


def trace_tiled(n: int) -> Symbols:
    """Return the kernels of a real trace, over and over."""
    trace = skipx.read_trace(base_trace())
    return np.resize(symbols_of(trace, whole_streams(trace).rows, "name").codes, n)


def same(n: int) -> Symbols:
    """Return one symbol n times."""
    return np.zeros(n, dtype=np.int32)


def period_2(n: int) -> Symbols:
    """Return two symbols in turn."""
    return np.arange(n, dtype=np.int32) % 2


def fibonacci(n: int) -> Symbols:
    """Return the Fibonacci word: as repetitive as a word without a period can be."""
    shorter, longer = [0], [0, 1]
    while len(longer) < n:
        shorter, longer = longer, longer + shorter
    return np.array(longer[:n], dtype=np.int32)


def runs(n: int) -> Symbols:
    """Return runs of one symbol of random lengths up to 2,000, apart by one of three others."""
    random = np.random.default_rng(2504)
    symbols = np.zeros(n, dtype=np.int32)
    breaks = np.cumsum(random.integers(1, 2001, n // 500 + 1))
    breaks = breaks[breaks < n]
    symbols[breaks] = random.integers(1, 4, len(breaks))
    return symbols


def random_2(n: int) -> Symbols:
    """Return random symbols of two."""
    return np.random.default_rng(11750).integers(0, 2, n, dtype=np.int32)


def random_100(n: int) -> Symbols:
    """Return random symbols of a hundred."""
    return np.random.default_rng(11750).integers(0, 100, n, dtype=np.int32)


def all_different(n: int) -> Symbols:
    """Return n different symbols: every chain of every length is deterministic."""
    return np.random.default_rng(11750).permutation(n).astype(np.int32)


INPUTS: dict[str, Callable[[int], Symbols]] = {
    make.__name__: make
    for make in (
        trace_tiled,
        same,
        period_2,
        fibonacci,
        runs,
        random_2,
        random_100,
        all_different,
    )
}

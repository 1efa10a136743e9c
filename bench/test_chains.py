"""The chain miner under pytest-benchmark: ``pytest bench/test_chains.py``."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.chain_inputs import INPUTS
from skipx._native import ChainIndex

ITEMS = 100_000


@pytest.mark.parametrize("threshold", [1.0, 0.75])
@pytest.mark.parametrize("name", INPUTS)
def test_every_length(benchmark: BenchmarkFixture, name: str, threshold: float) -> None:
    symbols = INPUTS[name](ITEMS)
    offsets = np.array([0, ITEMS])
    columns = benchmark(lambda: ChainIndex(symbols, offsets).lengths(threshold))
    assert columns["windows"].sum() == ITEMS * (ITEMS - 1) // 2

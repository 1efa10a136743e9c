"""Every fusion number that an independent program computed from the real traces."""

from __future__ import annotations

import pytest

import skipx
from tests.traces import TRACE_NAMES, expected, trace_path


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_fusion_of_whole_streams(name: str) -> None:
    numbers = expected(name)
    found = skipx.chains(skipx.read_trace(trace_path(name)), cuts="none", max_candidates=0)
    assert found.k_eager == numbers["K_eager"]
    by_length = {row.length: row for row in found.lengths}
    for length, wanted in ((int(key), row) for key, row in numbers.get("fusion", {}).items()):
        if length not in by_length:  # longer than the longest stream
            assert wanted["instances"] == wanted["c_fused"] == 0
            assert length > max(by_length, default=1)
            continue
        row = by_length[length]
        assert row.distinct == wanted["unique"]
        assert row.windows == wanted["instances"]
        assert row.ps1_types == wanted["ps1_chains"]
        assert row.ps1_instances == wanted["ps1_instances"]
        assert row.c_fused == wanted["c_fused"]
        assert row.k_fused == wanted["k_fused"]
        assert round(row.speedup, 6) == wanted["speedup"]


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_settled_cuts_account_for_every_kernel(name: str) -> None:
    numbers = expected(name)
    trace = skipx.read_trace(trace_path(name))
    found = skipx.chains(trace)
    assert found.kernels == numbers["K_eager"]
    assert found.orphans == numbers["K_eager"] - numbers["kernels_linked"]
    assert found.items + found.orphans + found.outside_iterations == found.kernels
    assert found.graph_items == numbers["graph_kernels"]
    cut = sum(found.cuts.values())
    assert cut <= found.segments <= cut + numbers["n_streams"]
    assert found.k_min <= found.k_eager
    assert all(row.c_types <= row.c_fused <= row.windows for row in found.lengths)
    ranks = [candidate.launches_removed for candidate in found.candidates]
    assert ranks == sorted(ranks, reverse=True)

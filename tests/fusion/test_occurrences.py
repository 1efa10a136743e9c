"""Where a chain occurs is where its kernels lie, disjoint, inside segments."""

from __future__ import annotations

from skipx.fusion.chains import chains
from skipx.fusion.occurrences import occurrences
from skipx.records import Trace
from tests.builders import TraceBuilder


def trace_of(*iterations: str) -> Trace:
    builder = TraceBuilder()
    for k, letters in enumerate(iterations):
        builder.step(k, 1_000 * k, 1_000)
        for place, letter in enumerate(letters):
            builder.launch(letter, at=1_000 * k + 10 * place, latency=5, dur=2)
    return builder.build()


def test_they_are_as_many_as_the_miner_counts_disjoint_ones() -> None:
    trace = trace_of("abcabdabc", "abcabdabc", "abcabdabc")
    found = chains(trace)
    assert found.candidates
    for candidate in found.candidates:
        places = occurrences(trace, found, candidate)
        assert candidate.launches_removed == len(places) * (candidate.length - 1) / 3
        for first, last in places.tolist():
            assert last - first == candidate.length - 1
            names = [trace.name_of(trace.activities, row) for row in range(first, last + 1)]
            assert names == list(candidate.kernels)


def test_overlapping_ones_count_from_the_left() -> None:
    trace = trace_of("xxxxx")
    found = chains(trace, threshold=0.75)
    (pair,) = [chain for chain in found.candidates if chain.length == 2]
    assert pair.occurrences == 4
    assert occurrences(trace, found, pair).tolist() == [[0, 1], [2, 3]]


def test_none_reaches_over_a_segment_s_end() -> None:
    trace = trace_of("xa", "bx", "ab", "ab", "ab")
    found = chains(trace, threshold=0.5)
    (pair,) = [chain for chain in found.candidates if chain.kernels == ["a", "b"]]
    assert occurrences(trace, found, pair).tolist() == [[4, 5], [6, 7], [8, 9]]

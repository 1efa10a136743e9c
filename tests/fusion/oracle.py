"""Chains by brute force: slow and obvious, the definitions of section 5 word by word.

Exact arithmetic throughout: a threshold is a fraction, and a score is compared with it in
integers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Segment = Sequence[int]
Chain = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """The native columns of one length."""

    distinct: int
    windows: int
    ps1_types: int
    ps1_instances: int
    c_fused: int
    c_types: int


def windows(segments: Sequence[Segment], length: int) -> list[Chain]:
    """Return every chain of a length, one for each place where it begins."""
    return [
        tuple(segment[i : i + length])
        for segment in segments
        for i in range(len(segment) - length + 1)
    ]


def qualifying(
    segments: Sequence[Segment], length: int, threshold: Fraction, eligible: bool
) -> set[Chain]:
    """Return the chains of a length with PS >= threshold."""
    count = Counter(windows(segments, length))
    if eligible:
        firsts = Counter(chain[0] for chain in windows(segments, length))
    else:
        firsts = Counter(symbol for segment in segments for symbol in segment)
    return {chain for chain, f in count.items() if f >= threshold * firsts[chain[0]]}


def disjoint(segments: Sequence[Segment], length: int, good: set[Chain]) -> list[tuple[int, Chain]]:
    """Return the chains that the leftmost greedy walk takes, each with its segment."""
    taken = []
    for number, segment in enumerate(segments):
        i = 0
        while i + length <= len(segment):
            chain = tuple(segment[i : i + length])
            if chain in good:
                taken.append((number, chain))
                i += length
            else:
                i += 1
    return taken


def rows(
    segments: Sequence[Segment],
    threshold: Fraction,
    eligible: bool = False,
    groups: Sequence[int] | None = None,
) -> list[Row]:
    """Return the columns of the lengths 2, 3, … up to the longest segment."""
    result = []
    for length in range(2, max(map(len, segments), default=0) + 1):
        everything = windows(segments, length)
        good = qualifying(segments, length, threshold, eligible)
        taken = disjoint(segments, length, good)
        result.append(
            Row(
                distinct=len(set(everything)),
                windows=len(everything),
                ps1_types=len(good),
                ps1_instances=sum(chain in good for chain in everything),
                c_fused=len(taken),
                c_types=len({(groups[s] if groups else 0, chain) for s, chain in taken}),
            )
        )
    return result


def most_disjoint(segments: Sequence[Segment], length: int, good: set[Chain]) -> int:
    """Return the most disjoint windows there can be, by trying both choices at every place."""
    total = 0
    for segment in segments:
        best = [0] * (len(segment) + 1)
        for end in range(1, len(segment) + 1):
            best[end] = best[end - 1]
            if end >= length and tuple(segment[end - length : end]) in good:
                best[end] = max(best[end], best[end - length] + 1)
        total += best[-1]
    return total


def fewest_pieces(segments: Sequence[Segment], threshold: Fraction, eligible: bool = False) -> int:
    """Return K_min: a dynamic programme over every cut of every segment."""
    longest = max(map(len, segments), default=0)
    good = {
        length: qualifying(segments, length, threshold, eligible)
        for length in range(2, longest + 1)
    }
    total = 0
    for segment in segments:
        fewest = [0] * (len(segment) + 1)
        for end in range(1, len(segment) + 1):
            fewest[end] = fewest[end - 1] + 1
            for begin in range(end - 1):
                if tuple(segment[begin:end]) in good[end - begin]:
                    fewest[end] = min(fewest[end], fewest[begin] + 1)
        total += fewest[-1]
    return total


@dataclass(frozen=True)
class Found:
    """A candidate: where its chain begins first among all items, and its counts."""

    first_item: int
    chain: Chain
    occurrences: int
    disjoint: int
    first_count: int
    eligible_count: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The more launches it removes, the shorter, and the earlier it is, the lower."""
        return -self.disjoint * (len(self.chain) - 1), len(self.chain), self.first_item


def candidates(
    segments: Sequence[Segment], threshold: Fraction, eligible: bool = False
) -> list[Found]:
    """Return every candidate, best first.

    A chain is left out where a longer one that qualifies has the same number of occurrences and
    holds it at its end, and where one longer at its right does, whether it qualifies or not: with
    the same first item and count it qualifies as well.
    """
    longest = max(map(len, segments), default=0)
    count: Counter[Chain] = Counter()
    for length in range(1, longest + 1):
        count.update(windows(segments, length))
    good = {
        chain
        for length in range(2, longest + 1)
        for chain in qualifying(segments, length, threshold, eligible)
    }
    covered = set()
    for chain, f in count.items():
        if count[chain[:-1]] == f:
            covered.add(chain[:-1])
        if chain in good:
            covered |= {chain[k:] for k in range(1, len(chain)) if count[chain[k:]] == f}
    found = [
        Found(
            first_item=_first_item(segments, chain),
            chain=chain,
            occurrences=count[chain],
            disjoint=len(disjoint(segments, len(chain), {chain})),
            first_count=count[chain[:1]],
            eligible_count=sum(w[0] == chain[0] for w in windows(segments, len(chain))),
        )
        for chain in good - covered
    ]
    return sorted(found, key=lambda candidate: candidate.rank)


def _first_item(segments: Sequence[Segment], chain: Chain) -> int:
    before = 0
    for segment in segments:
        for i in range(len(segment)):
            if tuple(segment[i : i + len(chain)]) == chain:
                return before + i
        before += len(segment)
    raise ValueError(f"{chain} is in no segment")

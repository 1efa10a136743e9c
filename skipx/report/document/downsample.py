"""Fewer blocks than events, without hiding how busy a lane was."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skipx.records import NONE, Int32, Int64

MOST_BLOCKS = 12_000
"""Blocks of a timeline; each is about 40 bytes of the page."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events of a timeline as columns; ``count`` of them, ``busy`` ns together, make a row.

    Times in ns. ``name`` indexes the trace's names, -1 where a row stands for several events;
    ``t_l`` is -1 where there is none.
    """

    lane: Int32
    role: Int32
    begin: Int64
    dur: Int64
    busy: Int64
    count: Int64
    name: Int64
    t_l: Int64

    @classmethod
    def single(
        cls, lane: int, role: int, begin: Int64, dur: Int64, name: Int64, t_l: Int64 | None = None
    ) -> Events:
        """Return events of one lane and role, each its own row."""
        n = len(begin)
        return cls(
            lane=np.full(n, lane, dtype=np.int32),
            role=np.full(n, role, dtype=np.int32),
            begin=begin,
            dur=dur,
            busy=dur,
            count=np.ones(n, dtype=np.int64),
            name=name.astype(np.int64),
            t_l=np.full(n, NONE, dtype=np.int64) if t_l is None else t_l,
        )

    @classmethod
    def joined(cls, parts: Sequence[Events]) -> Events:
        """Return the rows of several, in their order. At least one is wanted."""
        columns = zip(*map(_columns, parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    def __len__(self) -> int:
        return len(self.begin)

    def take(self, rows: Int64) -> Events:
        """Return the selected rows."""
        return Events(*(column[rows] for column in _columns(self)))


def _columns(events: Events) -> tuple[Any, ...]:
    return tuple(getattr(events, field.name) for field in dataclasses.fields(events))


def downsample(events: Events, length: int, most: int = MOST_BLOCKS) -> tuple[Events, int]:
    """Return about ``most`` rows at most over ``length`` ns, and the resolution kept, ns.

    Lanes that need few rows keep all of theirs. In the others, events shorter than the
    resolution that begin in the same stretch of it become one row for each role. The resolution
    is 0 where nothing was merged.
    """
    lanes = np.unique(events.lane)
    rows = [np.flatnonzero(events.lane == lane) for lane in lanes]
    limit = fair_limit([len(mine) for mine in rows], most)
    parts, coarsest = [events.take(rows[0][:0])] if rows else [events], 0
    for mine in rows:
        lane = events.take(mine)
        if len(lane) > limit:
            roles = len(np.unique(lane.role))
            # One stretch more than fit: the window begins inside one.
            resolution = max(1, -(-length * roles // max(limit - roles, 1)))
            lane, coarsest = _merged(lane, resolution), max(coarsest, resolution)
        parts.append(lane)
    return Events.joined(parts), coarsest


def fair_limit(sizes: Sequence[int], most: int) -> int:
    """Return the limit of each size so that small ones stay whole and all fit ``most``."""
    left = most
    for done, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - done)
        if size > share:
            return share
        left -= size
    return most


def _merged(events: Events, resolution: int) -> Events:
    """Return the events of one lane with the short ones merged by role and stretch of time."""
    short = events.dur < resolution
    # A long event has a key of its own.
    own = np.where(short, 0, 1 + np.arange(len(events)))
    order = np.lexsort((events.begin // resolution, own, events.role))
    keys = np.stack((events.role, own, events.begin // resolution))[:, order]
    first = np.flatnonzero(np.concatenate(([True], (keys[:, 1:] != keys[:, :-1]).any(axis=0))))
    ordered = events.take(order)
    count = np.add.reduceat(ordered.count, first)
    begin = np.minimum.reduceat(ordered.begin, first)
    end = np.maximum.reduceat(ordered.begin + ordered.dur, first)
    alone = count == 1
    return Events(
        lane=ordered.lane[first],
        role=ordered.role[first],
        begin=begin,
        dur=end - begin,
        busy=np.add.reduceat(ordered.busy, first),
        count=count,
        name=np.where(alone, ordered.name[first], NONE),
        t_l=np.where(alone, ordered.t_l[first], NONE),
    )

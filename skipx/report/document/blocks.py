"""What a document consists of. Every text and number is final: a renderer only lays it out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section; ``kind`` tells renderers which."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value with what it needs said beside it; ``share`` of one draws a bar there."""

    label: str
    value: str
    note: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Facts(Block):
    """Labelled values, one below the other."""

    kind: ClassVar[str] = "facts"
    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: ``text`` is its value for a reader, ``share`` that of the whole."""

    label: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Whole(Block):
    """One quantity divided into parts, drawn as one bar; shares are at least 0."""

    kind: ClassVar[str] = "whole"
    title: str
    total: str
    parts: Sequence[Part]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers are set to the right and sort by value.

    A column of ``prose`` is always shown whole; long names are folded.
    """

    title: str
    number: bool = True
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` is what is shown, ``value`` what a column of numbers sorts by.

    ``span`` is a stretch of the timeline, ns from its begin, that the cell points to.
    """

    text: str
    value: float | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DataTable(Block):
    """A table under a title; ``id`` is unique in the document."""

    kind: ClassVar[str] = "table"
    id: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One named line or stack of bars, a value for each position of its chart.

    ``points`` of a line are not joined.
    """

    name: str
    values: Sequence[float | None]
    points: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled position on a chart's horizontal axis."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Histogram(Block):
    """Stacked counts of durations: bin ``i`` is ``[edges_ns[i], edges_ns[i + 1])``."""

    kind: ClassVar[str] = "histogram"
    id: str
    title: str
    summary: str
    """The chart in words, for whoever does not see it."""
    edges_ns: Sequence[float]
    series: Sequence[Series]
    marks: Sequence[Mark] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    """A point of a line that is marked, with what it is."""

    series: str
    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Bars(Block):
    """Bars of parts stacked to one, a group of bars for each category; shares of one.

    ``parts[i]`` has the shares of one part of every bar, ordered by category, then by bar; None
    where they are unknown.
    """

    kind: ClassVar[str] = "bars"
    id: str
    title: str
    summary: str
    x_title: str
    categories: Sequence[str]
    bars: Sequence[str]
    parts: Sequence[Series]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curves(Block):
    """Lines over one axis of numbers, in ``unit`` ns, share or none; None breaks a line.

    ``log`` makes the horizontal axis logarithmic, ``log_y`` the other.
    """

    kind: ClassVar[str] = "curves"
    id: str
    title: str
    summary: str
    x_title: str
    y_title: str
    x: Sequence[float]
    series: Sequence[Series]
    log: bool = False
    note: str = ""
    log_y: bool = False
    unit: str = ""
    stars: Sequence[Star] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the timeline. ``group`` is host, device or chains."""

    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Spans:
    """The blocks of a timeline as columns of equal length; times in ns from its begin.

    ``lane``, ``role`` and ``name`` index the lanes, roles and names of the timeline; ``name`` is
    -1 in a block that stands for ``count`` > 1 events, which are ``busy`` ns long together.
    ``t_l`` is that of a launched kernel, else None.
    """

    lane: Sequence[int] = ()
    role: Sequence[int] = ()
    begin: Sequence[int] = ()
    dur: Sequence[int] = ()
    busy: Sequence[int] = ()
    count: Sequence[int] = ()
    name: Sequence[int] = ()
    t_l: Sequence[int | None] = ()


@dataclass(frozen=True, slots=True)
class Depth:
    """Pending launches of one stream: from ``time[i]`` on, ``depth[i]``."""

    label: str
    time: Sequence[int]
    depth: Sequence[int]


@dataclass(frozen=True, slots=True)
class Timeline(Block):
    """One stretch of the trace: what hosts did, what waited, what ran. ``begin_ns`` is trace time.

    ``events`` were there; where that is more than there are spans, ``note`` says how they were
    brought down.
    """

    kind: ClassVar[str] = "timeline"
    id: str
    title: str
    summary: str
    begin_ns: int
    length_ns: int
    lanes: Sequence[Lane]
    roles: Sequence[str]
    names: Sequence[str]
    spans: Spans
    depths: Sequence[Depth]
    events: int
    note: str = ""


def present(*blocks: Block | None) -> list[Block]:
    """Return the blocks that there are."""
    return [block for block in blocks if block is not None]


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under one heading; ``id`` is what links to it, ``short`` its title in a menu."""

    id: str
    title: str
    intro: str
    blocks: Sequence[Block]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The first screen: the class, the verdict in one sentence, its evidence, and key figures."""

    label: str
    headline: str
    reason: str
    advice: Sequence[str]
    figures: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. ``marker`` is not empty where nothing was measured, and is always shown."""

    title: str
    marker: str
    marker_note: str
    facts: Sequence[str]
    summary: Summary
    sections: Sequence[Section]
    stamp: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; each block has its ``kind``."""
        plain = dataclasses.asdict(self)
        for section, source in zip(plain["sections"], self.sections, strict=True):
            section["blocks"] = [
                {"kind": block.kind} | values
                for block, values in zip(source.blocks, section["blocks"], strict=True)
            ]
        plain["skipx"] = plain.pop("stamp")
        return plain

"""Makes a long trace of a short one: the same events again and again, one tile after the other.

Each tile begins exactly where the one before it ended, to the nanosecond; correlation, External
and flow ids are renumbered so that no two tiles share one. The text keeps the layout of the base.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

_NUMBER = re.compile(r'"(ts|correlation|[Ee]xternal id|id)":\s*(-?\d+(?:\.\d{1,3})?)(?=[,\s}])')


@dataclass(frozen=True)
class Tiled:
    """The files that were written: how many tiles and events, and their paths."""

    tiles: int
    events: int
    plain: Path
    compressed: Path | None


class TraceTiles:
    """The text of a base trace, taken apart into what stays and the numbers that move."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
        start = text.index("[", text.index('"traceEvents"')) if text.lstrip()[0] == "{" else 0
        events, end = json.JSONDecoder(parse_float=str).raw_decode(text, text.index("[", start))
        begin = text.index("[", start) + 1
        self.events = len(events)
        self._head, self._tail = text[:begin], text[end - 1 :]
        self._take_apart(text[begin : end - 1])
        self._span = self._length(events)

    def write(self, path: Path, events: int) -> int:
        """Write at least ``events`` events to ``path`` and return the number of tiles."""
        tiles = -(-events // self.events)
        with path.open("w", encoding="utf-8") as file:
            file.write(self._head)
            for tile in range(tiles):
                file.write("," if tile else "")
                file.write(self._text(tile))
            file.write(self._tail)
        return tiles

    def _take_apart(self, body: str) -> None:
        """Keep ``_parts``: text at even places, at odd places the numbers to be filled in."""
        pieces = _NUMBER.split(body)
        keys, values = pieces[1::3], pieces[2::3]
        self._parts = pieces[0::3]
        for index, key in enumerate(keys):
            self._parts[index] += f'"{key}": '
        self._decimal = any("." in value for value in values)
        self._times = [_ns(v) if k == "ts" else None for k, v in zip(keys, values, strict=True)]
        self._ids = [0 if k == "ts" else int(v) for k, v in zip(keys, values, strict=True)]
        self._stride = max(self._ids, default=0) + 1

    def _length(self, events: list[dict[str, object]]) -> int:
        begins = [_ns(str(e["ts"])) for e in events if "ts" in e]
        ends = [_ns(str(e["ts"])) + _ns(str(e.get("dur", 0))) for e in events if "ts" in e]
        length = max(ends) - min(begins)
        return length if self._decimal else -(-length // 1000) * 1000

    def _text(self, tile: int) -> str:
        shift, stride, decimal = tile * self._span, tile * self._stride, self._decimal
        numbers = [
            (_us(time + shift) if decimal else str((time + shift) // 1000))
            if time is not None
            else str(identity + stride if identity > 0 else identity)
            for time, identity in zip(self._times, self._ids, strict=True)
        ]
        text = [""] * (len(self._parts) + len(numbers))
        text[0::2] = self._parts
        text[1::2] = numbers
        return "".join(text)


def tile_trace(base: Path, events: int, folder: Path, *, compress: bool) -> Tiled:
    """Tile ``base`` to at least ``events`` events in ``folder``, plain and, if asked, gzip."""
    tiles = TraceTiles(base)
    plain = folder / f"tiled_{events}.json"
    count = tiles.write(plain, events)
    compressed = None
    if compress:
        compressed = folder / f"tiled_{events}.json.gz"
        with plain.open("rb") as source, gzip.open(compressed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    return Tiled(count, count * tiles.events, plain, compressed)


def _ns(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole) * 1000 + int(f"{fraction:0<3}")


def _us(ns: int) -> str:
    return f"{ns // 1000}.{ns % 1000:03d}"

"""What must not change a reading: how the text arrives, its order, its clock and its numbering."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import re
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import skipx
from skipx import _native
from skipx.examples.kineto import generate
from skipx.examples.recipe import Recipe
from skipx.records import Trace
from skipx.sources import read_trace
from tests.sources.kineto_oracle import NumberText, content_of_trace
from tests.sources.kineto_texts import DOCUMENTS, spell

RECIPES = {
    "launch-bound": Recipe(layers=1, steps=2),
    "device-bound": Recipe(layers=1, steps=2, batch=64, sequence=512),
    "streams and threads": Recipe(layers=1, steps=2, threads=2, streams=2),
    "graph": Recipe(layers=1, graph=True),
    "amd": Recipe(layers=1, vendor="amd"),
}
TEXTS = {name: generate(recipe) for name, recipe in RECIPES.items()}
RANDOMS = st.randoms(use_true_random=False)
Row = tuple[Any, ...]


def read(text: str | bytes) -> Trace:
    return read_trace(io.BytesIO(text.encode() if isinstance(text, str) else text))


class Dripping(io.RawIOBase):
    """A file that gives at most ``most`` bytes at a time, like a slow pipe."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file = io.BytesIO(data)
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._file.readinto(memoryview(buffer)[: self._most])


class OnlyRead:
    """A file-like object that has nothing but ``read``."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 5) if size > 0 else size)


def scan(pieces: list[bytes]) -> dict[str, Any]:
    scanner = _native.KinetoScanner()
    for piece in pieces:
        scanner.feed(piece)
    return scanner.finish()


def assert_same_scan(left: dict[str, Any], right: dict[str, Any]) -> None:
    tables = left.pop("tables"), right.pop("tables")
    assert left == right
    for name, columns in tables[0].items():
        for column, values in columns.items():
            np.testing.assert_array_equal(values, tables[1][name][column], f"{name}.{column}")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 31, 63, 64, 65, 127, 1000, 4095, 4096, 4097])
def test_pieces_of_any_one_size_scan_alike(size: int) -> None:
    text = TEXTS["amd"].encode()[:70_000]
    text = text[: text.rindex(b"\n  },")] + b"}]}"
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    assert_same_scan(scan(pieces), scan([text]))


@given(DOCUMENTS, RANDOMS, st.data())
def test_pieces_of_random_sizes_scan_alike(
    document: object, random: Random, data: st.DataObject
) -> None:
    text = spell(document, random)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    bounds = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    assert_same_scan(scan(pieces), scan([text]))


@pytest.mark.parametrize("most", [1, 17, 4096])
def test_files_that_give_little_at_a_time(most: int) -> None:
    data = TEXTS["graph"].encode()
    whole = content_of_trace(read(data))
    dripping: Any = Dripping(data, most)
    assert content_of_trace(read_trace(dripping)) == whole
    only_read: Any = OnlyRead(data)
    assert content_of_trace(read_trace(only_read)) == whole


@pytest.mark.parametrize(
    "compress",
    [
        gzip.compress,
        lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
        zstandard.compress,
        lambda data: zstandard.compress(data[:1000]) + zstandard.compress(data[1000:]),
        lzma.compress,
        lambda data: lzma.compress(data[:1000]) + lzma.compress(data[1000:]),
    ],
    ids=["gzip", "gzip members", "zstd", "zstd frames", "xz", "xz streams"],
)
def test_compression_changes_nothing(compress: Callable[[bytes], bytes]) -> None:
    data = TEXTS["launch-bound"].encode()
    assert content_of_trace(read(compress(data))) == content_of_trace(read(data))


def graph_rows(trace: Trace) -> dict[str, list[Row]]:
    """Every row with the rows that it refers to, in an order that no file decides."""

    def interval(table: Any, row: int) -> Row:
        if row < 0:
            return ()
        return int(table.begin[row]), int(table.dur[row]), trace.names[table.name[row]]

    ops, calls, acts = trace.ops, trace.calls, trace.activities
    return {
        "ops": sorted(
            (*interval(ops, i), *interval(ops, int(ops.parent[i])), *interval(ops, ops.root[i]))
            for i in range(len(ops))
        ),
        "calls": sorted(
            (*interval(calls, i), *interval(ops, int(calls.op[i])), int(calls.kind[i]))
            for i in range(len(calls))
        ),
        "activities": sorted(
            (*interval(acts, i), int(acts.stream[i]), *interval(calls, int(acts.call[i])))
            for i in range(len(acts))
        ),
    }


def metrics(trace: Trace) -> dict[str, Any]:
    """The analysis without what names the file or the bytes in it."""
    result = skipx.analyze(trace, platform=None).to_dict()
    result.pop("counts")
    result.pop("file")
    for part in ("by_device", "by_stream", "by_thread"):
        result[part] = sorted(result[part], key=lambda entry: str(entry["label"]))
    return result


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("seed", range(3))
def test_order_of_events_and_of_their_members_changes_nothing(name: str, seed: int) -> None:
    document = json.loads(TEXTS[name], parse_float=NumberText, parse_int=NumberText)
    Random(seed).shuffle(document["traceEvents"])
    before, after = read(TEXTS[name]), read(spell(document, Random(seed)))
    assert graph_rows(after) == graph_rows(before)
    assert metrics(after) == metrics(before)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("shift", [1, -999, 86_400_000_000_007, -(2 * 10**15)])
def test_shifted_clock_shifts_begins_and_nothing_else(name: str, shift: int) -> None:
    def moved(match: re.Match[str]) -> str:
        ns = int(match[1] + match[2]) + shift
        return f'"ts": {ns // 1000}.{ns % 1000:03d}'

    before = read(TEXTS[name])
    after = read(re.sub(r'"ts": (\d+)\.(\d{3})', moved, TEXTS[name]))
    for table in ("ops", "calls", "activities", "regions"):
        old, new = (getattr(trace, table).columns() for trace in (before, after))
        for column in old:
            expected = old[column] + shift if column == "begin" else old[column]
            np.testing.assert_array_equal(new[column], expected, f"{table}.{column}")
    assert metrics(after) == metrics(before)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("seed", range(3))
def test_renumbered_correlations_change_nothing(name: str, seed: int) -> None:
    random = Random(seed)
    numbers = {int(n) for n in re.findall(r'"correlation": (\d+)', TEXTS[name])}
    new = dict(zip(sorted(numbers), random.sample(range(1, 1 << 62), len(numbers)), strict=True))
    text = re.sub(
        r'"correlation": (\d+)', lambda m: f'"correlation": {new[int(m[1])]}', TEXTS[name]
    )
    before, after = read(TEXTS[name]), read(text)
    assert graph_rows(after) == graph_rows(before)
    assert metrics(after) == metrics(before)

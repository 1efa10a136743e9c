"""The reader against Python's json: on generated files, on mutated ones, on the real traces."""

from __future__ import annotations

import gzip
import io
import json
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import BadInputError, SkipxError
from skipx.examples.kineto import generate
from skipx.examples.recipe import Recipe
from skipx.sources import read_trace
from tests.sources.kineto_oracle import (
    REFUSED_WHEN_STRICT,
    Content,
    content_of_text,
    content_of_trace,
    is_json,
)
from tests.sources.kineto_texts import DOCUMENTS, spell
from tests.traces import TRACE_NAMES, trace_path

RANDOMS = st.randoms(use_true_random=False)
SMALL = generate(Recipe(layers=1, steps=1, hidden=64, heads=2, modules=True)).encode()
LEGACY = generate(Recipe(layers=1, steps=1, hidden=64, heads=2, layout="legacy")).encode()


def assert_same(read: Content, expected: Content) -> None:
    for table in ("ops", "calls", "activities", "regions", "events", "categories"):
        assert getattr(read, table) == getattr(expected, table), table
    assert read.counts == expected.counts
    for thread, label in read.labels.items():
        assert label == expected.labels.get(thread, "")


@given(DOCUMENTS, RANDOMS)
def test_generated_files_read_as_python_reads_them(document: object, random: Random) -> None:
    text = spell(document, random)
    assert_same(content_of_trace(read_trace(io.BytesIO(text))), content_of_text(text))


@given(DOCUMENTS, RANDOMS)
def test_strict_reads_the_same_or_refuses_an_oddity(document: object, random: Random) -> None:
    text = spell(document, random)
    expected = content_of_text(text)
    if any(expected.counts[name] for name in REFUSED_WHEN_STRICT):
        with pytest.raises(BadInputError):
            read_trace(io.BytesIO(text), strict=True)
    else:
        assert_same(content_of_trace(read_trace(io.BytesIO(text), strict=True)), expected)


@given(DOCUMENTS, RANDOMS)
def test_top_level_members_are_kept_whole(document: object, random: Random) -> None:
    if not isinstance(document, dict):
        return
    trace = read_trace(io.BytesIO(spell(document, random)))
    for key in ("schemaVersion",):
        expected = json.loads(spell(document[key], random)) if key in document else None
        assert trace.environment.metadata.get(key) == expected


@pytest.mark.parametrize("text", [SMALL, LEGACY], ids=["current", "legacy"])
def test_synthetic_example_reads_as_python_reads_it(text: bytes) -> None:
    assert_same(content_of_trace(read_trace(io.BytesIO(text), strict=True)), content_of_text(text))


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_real_trace_reads_as_python_reads_it(name: str) -> None:
    path = trace_path(name)
    text = gzip.decompress(path.read_bytes())
    assert_same(content_of_trace(read_trace(path)), content_of_text(text))


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A small trace with a few bytes cut, put in, changed or moved."""
    text = bytearray(draw(st.sampled_from([b"%s" % SMALL[:3000], SMALL[-2500:], TINY, TINY_LIST])))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 6))
        new = draw(st.one_of(st.binary(max_size=4), st.sampled_from(INTERESTING)))
        text[at : at + length] = new
    return bytes(text)


INTERESTING = [
    *(bytes([c]) for c in b'{}[],:"\\-+.e0 \n\t'),
    *(b"\x00", b"\x1f", b"\x7f", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80"),
    *(b"NaN", b"Infinity", b"-Infinity", b"null", b"true", b"01", b"1.", b".5", b"1e", b"\\u12"),
    *(b"\\ud800", b"\\x", b'"traceEvents"', b'{"a":1}', b"//", b"/**/", b"'", b"\xef\xbb\xbf"),
]
TINY = (
    b'{"schemaVersion": 1, "deviceProperties": [{"id": 0, "name": "G\\u0050U"}],\n "traceEvents": ['
    b'{"ph": "X", "cat": "cpu_op", "name": "aten::add", "pid": 1, "tid": 2, "ts": 1.5, "dur": 2e1, '
    b'"args": {"External id": 4, "Input Dims": [[1, -2], []]}},\n'
    b'{"ph": "X", "cat": "kernel", "name": "k<\\"a\\">", "pid": 0, "tid": 7, "ts": 3.25, "dur": 1, '
    b'"args": {"stream": 7, "correlation": 3, "ok": true, "no": null}}], "x": "y"}'
)
TINY_LIST = TINY[TINY.index(b"[{", 90) : TINY.rindex(b"]") + 1]


def refusal(text: bytes, *, strict: bool = False, partial: bool = False) -> SkipxError | None:
    """Return the error that reading ``text`` ends with, or None where it is read."""
    try:
        read_trace(io.BytesIO(text), strict=strict, partial=partial)
    except SkipxError as error:
        return error
    return None


@given(mutations())
def test_strict_reading_is_a_json_validator(text: bytes) -> None:
    error = refusal(text, strict=True)
    if is_json(text):
        # Refused at most for what it means, never for how it is written.
        assert not re.search(r"not (valid )?JSON|early", str(error))
    else:
        assert error is not None


@given(mutations(), st.booleans())
def test_every_refusal_is_one_line_and_names_a_byte(text: bytes, partial: bool) -> None:
    error = refusal(text, partial=partial)
    if error is not None:
        assert isinstance(error, BadInputError)
        assert "\n" not in str(error)
        assert error.offset is not None
        assert 0 <= error.offset <= len(text)
        assert f"byte {error.offset:,}" in str(error)


@given(mutations())
def test_what_strict_accepts_is_read_alike_without_it(text: bytes) -> None:
    if refusal(text, strict=True) is None:
        strict, plain = (read_trace(io.BytesIO(text), strict=strict) for strict in (True, False))
        assert_same(content_of_trace(plain), content_of_trace(strict))

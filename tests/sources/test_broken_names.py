"""Names that Kineto writes as they are: what is no JSON is repaired, counted, or refused."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import BadInputError
from skipx.records import Trace
from skipx.sources import read_trace
from tests.sources.kineto_oracle import is_json

USED = {
    "op": b'{"ph":"X","cat":"cpu_op","name":"%s","pid":1,"tid":1,"ts":5,"dur":2,'
    b'"args":{"External id":7,"Record function id": 0, "Input Dims": [[1],[]], '
    b'"Input type":["c10::BFloat16","Scalar"]}}',
    "kernel": b'{\n  "ph": "X", "cat": "kernel", "name": "%s", "pid": 0, "tid": 7,\n  "ts": 5, '
    b'"dur": 2,\n  "args": {\n "stream": 7, "correlation": 7, "grid": [1, 2, 3]\n }\n}',
    "call": b'{"ph":"X","cat":"cuda_runtime","name":"%s","pid":1,"tid":1,"ts":5,"dur":2,'
    b'"args":{"External id":7,"cbid":211,"correlation":7}}',
    "name behind args": b'{"ph":"X","cat":"cpu_op","ts":5,"dur":2,"args":{"External id":7,'
    b'"x":["y"]},"name":"%s","pid":1,"tid":1}',
}
NOT_NEEDED = (
    b'{"ph":"X","cat":"python_function","name":"%s","pid":1,"tid":1,"ts":5,"dur":2,'
    b'"args":{"Python id":7,"x":"y","shapes":["a","b"],"z":{"w":"v"}}}'
)
BEFORE = b'{"ph":"X","cat":"cpu_op","name":"before","pid":1,"tid":1,"ts":1,"dur":2}'
AFTER = b'{"ph":"X","cat":"cpu_op","name":"after","pid":1,"tid":1,"ts":9,"dur":2}'
BAD_ESCAPES = {"unknown escape": b"C:\\data\\%d", "half an escape": b"\\u12"}
NAMES = {
    **BAD_ESCAPES,
    "newline": b"line one\nline two",
    "control characters": b"a\x01b\x1fc\td\x00e",
    "quotes": b'operator()("x", y)',
    "quote at the end": b'say "this"',
    "quote at the start": b'"this" it said',
    "only a quote": b'"',
    "backslash at the end": b"C:\\traces\\",
    "newline and quotes": b'a"\n"b',
    "braces in quotes": b'f<"{}">["]"]',
}


def trace_of(template: bytes, name: bytes) -> bytes:
    return b"[" + b",\n".join([BEFORE, template.replace(b"%s", name), AFTER]) + b"]"


def found_names(trace: Trace) -> list[str]:
    tables = (trace.ops, trace.calls, trace.activities)
    return [trace.names[i] for table in tables for i in table.name]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("kind", USED)
def test_broken_names_are_read_as_they_stand_and_counted(kind: str, name: bytes) -> None:
    text = trace_of(USED[kind], name)
    assert not is_json(text)
    trace = read_trace(io.BytesIO(text))
    assert set(found_names(trace)) == {"before", "after", name.decode()}
    assert trace.counts.events == 3
    assert trace.counts.unreadable_events == 0
    if name in BAD_ESCAPES.values():
        assert trace.counts.undecodable_names == 1
    else:
        assert trace.counts.repaired_names == 1
        assert trace.counts.examples["repaired_names"] == len(b"[" + BEFORE + b",\n")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_events_without_use_may_be_broken(name: bytes) -> None:
    trace = read_trace(io.BytesIO(trace_of(NOT_NEEDED, name)))
    assert found_names(trace) == ["before", "after"]
    assert trace.counts.events == 3


@pytest.mark.parametrize("kind", ["op", "call", "kernel"])
def test_what_stands_behind_a_broken_name_is_read(kind: str) -> None:
    trace = read_trace(io.BytesIO(trace_of(USED[kind], b'a "b"\nc')))
    table = {"op": trace.ops, "call": trace.calls, "kernel": trace.activities}[kind]
    columns = table.columns()
    row = [trace.names[i] for i in columns["name"]].index('a "b"\nc')
    assert (columns["begin"][row], columns["dur"][row]) == (5000, 2000)
    assert columns["external_id" if kind == "op" else "correlation"][row] == 7


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("template", [*USED.values(), NOT_NEEDED], ids=[*USED, "not needed"])
def test_strict_refuses_and_names_the_byte(template: bytes, name: bytes) -> None:
    text = trace_of(template, name)
    with pytest.raises(BadInputError, match="not valid JSON at byte") as caught:
        read_trace(io.BytesIO(text), strict=True)
    begin = len(b"[" + BEFORE + b",\n") + template.index(b"%s")
    assert caught.value.offset is not None
    assert begin <= caught.value.offset <= begin + len(name) + 4
    assert re.search(rf"byte {caught.value.offset:,}\b", str(caught.value))


@pytest.mark.parametrize("cut", range(1, len(USED["op"])))
def test_an_event_that_is_cut_off_is_not_repaired(cut: int) -> None:
    whole = b"[" + BEFORE + b"," + USED["op"]
    trace = read_trace(io.BytesIO(whole[:-cut]), partial=True)
    assert found_names(trace) == ["before"]
    assert trace.counts.repaired_names == 0


@given(st.lists(st.text('ab"\\\n\t\x01 é<>()', max_size=20), min_size=1, max_size=5))
def test_events_around_broken_names_are_read(names: list[str]) -> None:
    broken = [USED["op"].replace(b"%s", name.encode()) for name in names]
    text = b'{"traceEvents": [' + b",".join([BEFORE, *broken, AFTER]) + b"]}"
    trace = read_trace(io.BytesIO(text))
    assert {"before", "after"} <= set(found_names(trace))
    assert trace.counts.events >= 2
    lost = trace.counts.unreadable_events + trace.counts.repaired_names
    assert is_json(text) or lost + sum("\\" in name for name in names) > 0

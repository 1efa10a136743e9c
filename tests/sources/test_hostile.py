"""Files that no profiler should have written: one line, exit code 3, bounded memory."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from skipx.cli.main import run
from skipx.errors import BadInputError
from skipx.examples import example_path
from skipx.sources import read_trace

LINE = re.compile(r"skipx: error: (?P<what>.*)\n")
OFFSET = re.compile(r"byte ([0-9,]+)")
GOOD = b'{"ph":"X","cat":"cpu_op","name":"a","pid":1,"tid":1,"ts":1,"dur":2}'
EXAMPLE = gzip.decompress(example_path().read_bytes())

Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Return a function that lets ``skipx analyze`` refuse a file and gives the line."""

    def refuse(data: bytes, *options: str, text_bytes: int | None = None) -> str:
        path = tmp_path / "trace.json"
        path.write_bytes(data)
        code = run(["analyze", str(path), "--json", *options])
        captured = capsys.readouterr()
        return checked(code, captured.out, captured.err, text_bytes or len(data), path)

    return refuse


def checked(code: int, out: str, err: str, text_bytes: int, path: Path) -> str:
    """Check what is true of every refusal and return the line without its beginning."""
    assert code == 3
    assert out == ""
    line = LINE.fullmatch(err)
    assert line, err
    what = line["what"]
    assert what.startswith(str(path))
    assert len(what) < 400
    named = [int(number.replace(",", "")) for number in OFFSET.findall(what)]
    assert named
    assert all(0 <= offset <= text_bytes for offset in named)
    return what.removeprefix(f"{path}: ")


def events(*found: bytes) -> bytes:
    return b'{"traceEvents": [' + b",\n".join(found) + b"]}"


def changed(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t ",
        b"hello",
        b"<html><body>404</body></html>",
        b"\x7fELF" + bytes(range(256)) * 8,
        b"\x00" * 5000,
        b"PK\x03\x04" + b"\x00" * 100,
        b"{",
        b"[",
        b"}",
        b'{"traceEvents"',
        b'{"traceEvents": [',
        b'{"a": 1} {"traceEvents": []}',
        b'{"traceEvents": []} x',
        b"[]]",
    ],
    ids=repr,
)
def test_not_json(refused: Refused, data: bytes) -> None:
    refused(data)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"a": [1, 2], "b": {"ph": "X"}}',
        b"[1, 2]",
        b'["ph", "X"]',
        b"[[]]",
        b"12",
        b"null",
        b'"traceEvents"',
        b'{"traceEvents": {}}',
        b'{"traceEvents": null}',
        b'{"traceEvents": [1]}',
        b'{"nested": {"traceEvents": [' + GOOD + b"]}}",
    ],
    ids=repr,
)
def test_json_that_is_not_a_trace(refused: Refused, data: bytes) -> None:
    refused(data)


def test_an_empty_list_of_events_is_a_trace() -> None:
    assert len(read_trace(io.BytesIO(b'{"traceEvents": []}')).ops) == 0


@pytest.mark.parametrize(
    "event",
    [changed(b'"ts":1', b'"ts":NaN'), changed(b',"dur":2', b""), changed(b'"ts":1,', b"")],
    ids=repr,
)
def test_a_file_without_one_usable_event(refused: Refused, event: bytes) -> None:
    assert "byte 17" in refused(events(event))


ODD = {
    "missing duration": ("missing_durations", changed(b',"dur":2', b"")),
    "duration null": ("missing_durations", changed(b'"dur":2', b'"dur":null')),
    "negative duration": ("negative_durations", changed(b'"dur":2', b'"dur":-2')),
    "NaN": ("bad_timestamps", changed(b'"ts":1', b'"ts":NaN')),
    "Infinity": ("bad_timestamps", changed(b'"ts":1', b'"ts":-Infinity')),
    "1e999": ("bad_timestamps", changed(b'"ts":1', b'"ts":1e999')),
    "ts of 2^63": ("bad_timestamps", changed(b'"ts":1', b'"ts":9223372036854775808')),
    "id of 2^63": (
        "bad_ids",
        changed(b'"dur":2', b'"dur":2,"args":{"External id":9223372036854775808}'),
    ),
    "invalid UTF-8": ("undecodable_names", changed(b'"a"', b'"a\xff\xfe"')),
    "UTF-16 surrogate": ("undecodable_names", changed(b'"a"', b'"a\xed\xa0\x80"')),
    "raw newline": ("repaired_names", changed(b'"a"', b'"a\nb"')),
}


@pytest.mark.parametrize(("counter", "odd"), ODD.values(), ids=ODD.keys())
def test_oddities_are_counted_and_the_rest_is_read(counter: str, odd: bytes) -> None:
    trace = read_trace(io.BytesIO(events(GOOD, odd, GOOD)))
    assert getattr(trace.counts, counter) == 1
    assert trace.counts.events == 3
    assert [trace.names[i] for i in trace.ops.name].count("a") >= 2
    if counter != "undecodable_names":
        assert trace.counts.examples[counter] == 17 + len(GOOD) + 2


@pytest.mark.parametrize("odd", [odd for _, odd in ODD.values()], ids=ODD.keys())
def test_oddities_are_refused_when_strict(refused: Refused, odd: bytes) -> None:
    where = OFFSET.search(refused(events(GOOD, odd, GOOD), "--strict"))
    assert where
    begin = 17 + len(GOOD) + 2
    assert begin <= int(where[1]) <= begin + len(odd)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "data",
    [
        nested(10_000),
        b'{"a": ' + nested(10_000) + b', "traceEvents": [' + GOOD + b"]}",
        events(GOOD, changed(b'"dur":2', b'"dur":2,"args":' + nested(10_000))),
        events(GOOD, changed(b'"dur":2', b'"dur":2,"args":{"a":' + nested(10_000) + b"}")),
        events(GOOD, changed(b'"dur":2', b'"args":' + b'{"a":' * 10_000 + b"0" + b"}" * 10_000)),
    ],
    ids=["list", "member", "args", "argument", "objects"],
)
@pytest.mark.parametrize("options", [(), ("--strict",), ("--partial",)], ids=repr)
def test_nesting_10_000_deep(refused: Refused, data: bytes, options: tuple[str, ...]) -> None:
    refused(data, *options)


def test_deep_nesting_in_place_of_an_event_is_lost_and_counted(refused: Refused) -> None:
    data = events(GOOD, nested(10_000), GOOD)
    trace = read_trace(io.BytesIO(data))
    assert len(trace.ops) == 2
    assert trace.counts.unreadable_events == 1
    refused(data, "--strict")


def test_truncated_at_every_1000th_byte() -> None:
    read_before = 0
    for size in range(0, len(EXAMPLE), 1000):
        with pytest.raises(BadInputError, match=f"byte {size:,}|empty") as caught:
            read_trace(io.BytesIO(EXAMPLE[:size]))
        assert caught.value.offset == size
        if size > 2000:
            trace = read_trace(io.BytesIO(EXAMPLE[:size]), partial=True)
            assert trace.counts.truncated_at == size
            assert trace.counts.events == EXAMPLE.count(b"\n  }", 0, size)
            assert trace.counts.events >= read_before
            read_before = trace.counts.events


def test_truncated_gzip_at_every_1000th_byte() -> None:
    data = example_path().read_bytes()
    for size in range(20, len(data), 1000):
        with pytest.raises(BadInputError, match=r"byte [0-9,]+") as caught:
            read_trace(io.BytesIO(data[:size]))
        assert caught.value.offset is not None
        assert caught.value.offset <= len(EXAMPLE)


@pytest.mark.parametrize("at", [2000, 50_000, -6])
def test_damaged_gzip(refused: Refused, at: int) -> None:
    data = bytearray(example_path().read_bytes())
    data[at] ^= 0xFF
    data[at + 1] ^= 0xFF
    refused(bytes(data), text_bytes=2 * len(EXAMPLE))


def test_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(tmp_path)]) == 3
    line = LINE.fullmatch(capsys.readouterr().err)
    assert line
    assert line["what"].startswith(f"{tmp_path}: ")
    assert "directory" in line["what"]


def limited(limit: str, path: Path) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("bounded.py")
    command = [sys.executable, str(script), limit, "analyze", str(path), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.write_bytes(events(GOOD))
    path.chmod(0)
    done = limited("nobody", path)
    assert done.returncode == 3
    line = LINE.fullmatch(done.stderr)
    assert line
    assert line["what"] == f"{path}: cannot be opened: permission denied"


def gzip_of(head: bytes, filling: bytes, times: int) -> bytes:
    """A gzip file that unpacks to ``head`` and then 64 MiB of ``filling`` ``times`` times."""
    member = gzip.compress(filling * ((64 << 20) // len(filling)), 6, mtime=0)
    return gzip.compress(head) + member * times


NAME = b'"name":"'
HUGE = {
    "name of 10 MB": events(GOOD, changed(NAME, NAME + b"x" * 10_000_000)),
    "name of 10 MB of backslashes": events(GOOD, changed(NAME, NAME + b"\\" * 10_000_001)),
    "name of 600 MB, gzip": gzip_of(b'{"traceEvents": [{"name":"', b"x", 9),
    "spaces of 2 GiB, gzip": gzip_of(b"", b" ", 32),
    "value of 2 GiB, gzip": gzip_of(b'{"a": "', b"x", 32),
    "key of 600 MB, gzip": gzip_of(b'{"', b"x", 9),
    "number of 600 MB, gzip": gzip_of(b'{"traceEvents": [{"ts": ', b"1", 9),
    "list of 600 MB, gzip": gzip_of(b'{"traceEvents": [{"args": [', b"1,", 9),
    "brackets of 600 MB, gzip": gzip_of(b'{"traceEvents": [{"args": ', b"[", 9),
    "commas of 2 GiB, gzip": gzip_of(b'{"traceEvents": [', b",", 32),
    "events that cannot be read, gzip": gzip_of(b'{"traceEvents": [{},', b'{"ph":!},', 9),
    "2 GiB of empty members, gzip": gzip_of(b"{", b'"a":0,', 32),
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE.keys())
def test_huge_elements_and_bombs_in_bounded_memory(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_bytes(data)
    done = limited("headroom", path)
    checked(done.returncode, done.stdout, done.stderr, 3 << 30, path)


def test_a_huge_broken_name_is_lost_and_counted_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_bytes(events(GOOD, changed(NAME, NAME + b'x" ' * 3_333_333), GOOD))
    done = limited("headroom", path)
    assert done.returncode == 0
    (analysis,) = json.loads(done.stdout)
    assert analysis["counts"]["unreadable_events"] == 1
    assert analysis["counts"]["events"] == 3

"""Stream files: what is written is read again, and what is no stream is refused in one line."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skipx.emulate.streams import OperatorStream, load_stream, read_stream, write_stream
from skipx.emulate.streams.document import from_document, to_document
from skipx.errors import BadInputError, UsageError
from tests.emulate.toy import LINEAR, VIEW, gemm, pointwise, stream


def toy_stream() -> OperatorStream:
    return stream([(pointwise(7), 0), (LINEAR, 0), (VIEW, 1), (gemm(4, 8, 16), 1)])


Damage = Callable[[dict[str, Any]], object]


@pytest.fixture(name="document")
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(to_document(toy_stream())))
    return document


def write(path: Path, data: object) -> Path:
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    return path


def same(one: OperatorStream, other: OperatorStream) -> bool:
    return to_document(one) == to_document(other)


def test_round_trip(tmp_path: Path) -> None:
    toy, path = toy_stream(), tmp_path / "toy.json.gz"
    write_stream(toy, path)
    assert same(read_stream(path), toy)
    assert same(load_stream(str(path)), toy)
    first = path.read_bytes()
    with pytest.raises(UsageError, match="will not overwrite"):
        write_stream(toy, path)
    write_stream(toy, path, force=True)
    assert path.read_bytes() == first


def test_a_file_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_stream(toy_stream(), tmp_path / "none" / "toy.json.gz")


def put(*path: str | int, to: object) -> Damage:
    def change(document: dict[str, Any]) -> None:
        part: Any = document
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = to

    return change


DAMAGES: dict[str, Damage] = {
    "schema": put("schema", to="something-else"),
    "newer major": put("version", to="2.0"),
    "no version": lambda d: d.pop("version"),
    "no operators": lambda d: d.pop("operators"),
    "operators are a number": put("operators", to=3),
    "an operator is a number": put("operators", 0, to=3),
    "a name is a number": put("operators", 0, "name", to=3),
    "kernels are negative": put("operators", 0, "kernels", to=-1),
    "kernels are a truth": put("operators", 0, "kernels", to=True),
    "kernels without end": put("operators", 0, "kernels", to=10**9),
    "kernels are no number": put("operators", 0, "kernels", to="1"),
    "a polynomial that is not there": put("operators", 0, "flops", to=10**6),
    "a polynomial before the first": put("operators", 0, "flops", to=-1),
    "a gemm of three sizes": put("operators", 0, "gemm", to=[0, 0, 0]),
    "a tensor without dimensions": put("operators", 0, "inputs", to=[["float16"]]),
    "a term of two numbers": put("polynomials", 0, to=[[1, 0]]),
    "a coefficient that is half a number": put("polynomials", 0, to=[[0.5, 0, 0]]),
    "a huge coefficient": put("polynomials", 0, to=[[2**70, 0, 0]]),
    "a huge power": put("polynomials", 0, to=[[1, 0, 10**6]]),
    "a negative power": put("polynomials", 0, to=[[1, 0, -1]]),
    "no sequences": put("sequences", to=[]),
    "sequences from batch 2": put("sequences", 0, "batch_from", to=2),
    "an operator that is not there": put("sequences", 0, "operator", 0, to=10**6),
    "an operator before the first": put("sequences", 0, "operator", 0, to=-1),
    "a module that is not there": put("sequences", 0, "module", 0, to=99),
    "columns of unlike length": lambda d: d["sequences"][0]["depth"].pop(),
    "a child without a parent": put("sequences", 0, "depth", 0, to=1),
    "an empty domain": put("domain", "step", to=0),
    "points of three numbers": put("origin", "recorded_at", to=[[1, 2, 3]]),
    "parameters missing": lambda d: d["origin"].pop("parameters"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_no_stream_is_refused(document: dict[str, Any], tmp_path: Path, name: str) -> None:
    damaged = copy.deepcopy(document)
    DAMAGES[name](damaged)
    path = write(tmp_path / "damaged.json.gz", damaged)
    with pytest.raises(BadInputError) as caught:
        read_stream(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not gzip",
        gzip.compress(b"{")[:-9],
        gzip.compress(b"{"),
        gzip.compress(b"\xff\xfe"),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b"null"),
        gzip.compress(b"[]"),
    ],
    ids=["empty", "plain", "cut", "half", "no text", "deep", "null", "list"],
)
def test_bytes_that_are_no_stream_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bytes.json.gz"
    path.write_bytes(data)
    with pytest.raises(BadInputError):
        read_stream(path)


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b" " * (65 << 20), compresslevel=1))
    with pytest.raises(BadInputError, match="64 MiB"):
        read_stream(path)


def test_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.json.gz"):
        with pytest.raises(BadInputError, match="cannot be read"):
            read_stream(path)


def test_a_newer_minor_version_is_read(document: dict[str, Any]) -> None:
    assert same(from_document({**document, "version": "1.9", "more": 1}), toy_stream())

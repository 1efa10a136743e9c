"""Operator streams to and from the JSON object of their file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from skipx.emulate.streams.fields import items, number, numbers, row, text, value
from skipx.emulate.streams.polynomial import Polynomial, Term
from skipx.emulate.streams.stream import (
    Domain,
    Gemm,
    Int32,
    Operator,
    OperatorStream,
    Origin,
    Sequence,
    Tensor,
)

SCHEMA = "skipx-operator-stream"
VERSION = (1, 0)

_HIGHEST_POWER = 4
_MOST_LAUNCHES = 1024


def to_document(stream: OperatorStream) -> dict[str, Any]:
    """Return the stream as the JSON object of its file."""
    pool: dict[Polynomial, int] = {}

    def index(size: Polynomial) -> int:
        return pool.setdefault(size, len(pool))

    operators = [_operator_entry(operator, index) for operator in stream.operators]
    return {
        "schema": SCHEMA,
        "version": ".".join(map(str, VERSION)),
        "origin": dataclasses.asdict(stream.origin),
        "domain": dataclasses.asdict(stream.domain),
        "polynomials": [[list(term) for term in size.terms] for size in pool],
        "operators": operators,
        "modules": list(stream.modules),
        "sequences": [
            {
                "batch_from": item.batch_from,
                "operator": item.operator.tolist(),
                "module": item.module.tolist(),
                "depth": item.depth.tolist(),
            }
            for item in stream.sequences
        ],
    }


def from_document(document: object) -> OperatorStream:
    """Return the stream of a document; raises ``ValueError`` saying what is wrong with it."""
    if value(document, "schema", str) != SCHEMA:
        raise ValueError(f"the schema is not {SCHEMA}")
    version = text(document, "version")
    if version.partition(".")[0] != str(VERSION[0]):
        raise ValueError(f"version {version} of {SCHEMA} cannot be read by this skipx")
    pool = [
        Polynomial.of(_term(term) for term in items(terms, "polynomials"))
        for terms in value(document, "polynomials", list)
    ]
    operators = tuple(_operator(entry, pool) for entry in value(document, "operators", list))
    modules = tuple(row(item, str, "modules") for item in value(document, "modules", list))
    sequences = tuple(
        _sequence(entry, len(operators), len(modules))
        for entry in value(document, "sequences", list)
    )
    firsts = [item.batch_from for item in sequences]
    if firsts[:1] != [1] or firsts != sorted(set(firsts)):
        raise ValueError("sequences do not begin at batch_from 1, or are not in its order")
    origin = _origin(value(document, "origin", dict))
    return OperatorStream(origin, _domain(document), operators, modules, sequences)


def _term(entry: object) -> Term:
    coefficient, b, s = numbers(entry, 3)
    if not (0 <= b <= _HIGHEST_POWER and 0 <= s <= _HIGHEST_POWER):
        raise ValueError("a polynomial has a power that no size has")
    return coefficient, b, s


def _launched(entry: object, key: str) -> int:
    count = number(entry, key)
    if count > _MOST_LAUNCHES:
        raise ValueError(f"{key} of an operator is {count}")
    return count


def _origin(entry: Mapping[str, Any]) -> Origin:
    points = {
        key: tuple(numbers(point, 2) for point in value(entry, key, list))
        for key in ("recorded_at", "verified_at")
    }
    texts = {
        item.name: text(entry, item.name)
        for item in dataclasses.fields(Origin)
        if item.name not in {*points, "parameters"}
    }
    return Origin(**texts, **points, parameters=number(entry, "parameters"))  # type: ignore[arg-type]


def _domain(document: object) -> Domain:
    entry = value(document, "domain", dict)
    domain = Domain(*(number(entry, item.name) for item in dataclasses.fields(Domain)))
    if domain.step < 1 or not 1 <= domain.sequence_from <= domain.sequence_to:
        raise ValueError("the domain is empty")
    return domain


def _operator_entry(operator: Operator, index: Any) -> dict[str, Any]:
    def tensors(found: tuple[Tensor, ...]) -> list[Any]:
        return [[tensor.dtype, [index(size) for size in tensor.dims]] for tensor in found]

    entry = {
        "name": operator.name,
        "kernels": operator.kernels,
        "copies": operator.copies,
        "waits": operator.waits,
        "library": operator.library,
        "inputs": tensors(operator.inputs),
        "outputs": tensors(operator.outputs),
        "flops": index(operator.flops),
        "read_bytes": index(operator.read_bytes),
        "written_bytes": index(operator.written_bytes),
    }
    if operator.gemm is not None:
        gemm = operator.gemm
        entry["gemm"] = [index(size) for size in (gemm.batch, gemm.m, gemm.n, gemm.k)]
    return entry


def _operator(entry: object, pool: list[Polynomial]) -> Operator:
    def size(at: object) -> Polynomial:
        if type(at) is not int or not 0 <= at < len(pool):
            raise ValueError(f"there is no polynomial {at!r}")
        return pool[at]

    def tensors(key: str) -> tuple[Tensor, ...]:
        pairs = [items(pair, key) for pair in value(entry, key, list)]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{key} holds something else than pairs of dtype and dimensions")
        return tuple(
            Tensor(tuple(map(size, items(dims, key))), row(dtype, str, key))
            for dtype, dims in pairs
        )

    product = value(entry, "gemm", list) if isinstance(entry, dict) and "gemm" in entry else None
    if product is not None and len(product) != 4:
        raise ValueError("gemm is not four sizes")
    return Operator(
        name=text(entry, "name"),
        kernels=_launched(entry, "kernels"),
        copies=_launched(entry, "copies"),
        waits=value(entry, "waits", bool),
        library=text(entry, "library"),
        inputs=tensors("inputs"),
        outputs=tensors("outputs"),
        flops=size(value(entry, "flops", int)),
        read_bytes=size(value(entry, "read_bytes", int)),
        written_bytes=size(value(entry, "written_bytes", int)),
        gemm=None if product is None else Gemm(*map(size, product)),
    )


def _sequence(entry: object, operators: int, modules: int) -> Sequence:
    operator = _column(entry, "operator", operators)
    module = _column(entry, "module", modules)
    depth = _column(entry, "depth", len(operator))
    if not len(operator) == len(module) == len(depth):
        raise ValueError("the columns of a sequence differ in length")
    if len(depth) and (depth[0] != 0 or (np.diff(depth) > 1).any()):
        raise ValueError("depth grows by more than one from a row to the next")
    return Sequence(number(entry, "batch_from"), operator, module, depth)


def _column(entry: object, key: str, below: int) -> Int32:
    column = numbers(value(entry, key, list))
    if any(not 0 <= item < below for item in column):
        raise ValueError(f"{key} of a sequence holds an index outside 0 to {below - 1}")
    return np.array(column, np.int32)

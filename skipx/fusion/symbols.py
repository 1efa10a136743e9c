"""What makes two launched items the same link of a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.errors import UsageError
from skipx.metrics.codes import dense_codes
from skipx.metrics.symbols import collapse_templates
from skipx.records import NONE, Int32, Int64, Trace

SYMBOLS = ("name", "template", "shape")


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """A symbol for each item, and the text of each symbol."""

    codes: Int32
    texts: Sequence[str]


def symbols_of(trace: Trace, rows: Int64, by: str) -> Symbols:
    """Return the symbols of some rows of ``trace.activities``.

    ``name`` is the full demangled name, ``template`` the name up to its template arguments,
    ``shape`` the name with the kernel's grid and block. Raises ``UsageError`` for another.
    """
    activities = trace.activities
    ids, codes = dense_codes(activities.name[rows])
    names = [trace.names[int(i)] for i in ids]
    if by == "name":
        return Symbols(codes.astype(np.int32), names)
    if by == "template":
        texts = [collapse_templates(name) for name in names]
        distinct = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        place = np.array([distinct[text] for text in texts], dtype=np.int32)
        return Symbols(place[codes], list(distinct))
    if by == "shape":
        shapes, shape_codes = dense_codes(activities.shape[rows])
        pairs, pair_codes = dense_codes(codes * len(shapes) + shape_codes)
        texts = [
            _shaped(trace, names[pair // len(shapes)], int(shapes[pair % len(shapes)]))
            for pair in pairs.tolist()
        ]
        return Symbols(pair_codes.astype(np.int32), texts)
    raise UsageError(f"there is no symbol {by!r}", hint=f"one of {', '.join(SYMBOLS)}")


def _shaped(trace: Trace, name: str, shape: int) -> str:
    return name if shape == NONE else f"{name} {trace.names[shape]}"

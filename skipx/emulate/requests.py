"""What one pass asks of the CUDA runtime, in call order: launches, memsets, copies and waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.kernels import MEMCPY, MEMSET, kernel_name
from skipx.emulate.roofline import durations
from skipx.emulate.streams.stream import Operators, OperatorStream
from skipx.records import ActivityKind, Int8, Int32, Int64, Mask


class Request(IntEnum):
    """What a call asks for: an activity of that kind, or to wait for all activities."""

    KERNEL = ActivityKind.KERNEL
    MEMCPY = ActivityKind.MEMCPY
    MEMSET = ActivityKind.MEMSET
    WAIT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """Calls of one pass, shapes ``(n,)``: of each operator memsets, kernels, copies, a wait.

    ``op`` is the row of its operator, ``kind`` a :class:`Request`, ``name`` indexes ``names``:
    the name of the activity. A wait has a duration of 0 and any name.
    """

    op: Int32
    kind: Int8
    duration_ns: Int64
    name: Int32
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.op)

    @property
    def waits(self) -> Mask:
        """Which of the calls launch nothing. Shape ``(n,)``."""
        found: Mask = self.kind == Request.WAIT
        return found

    def count(self, kind: Request) -> int:
        """Return the number of calls of a kind."""
        return int((self.kind == kind).sum())

    def take(self, rows: Mask) -> Self:
        """Return the calls that ``rows`` selects."""
        return type(self)(
            self.op[rows], self.kind[rows], self.duration_ns[rows], self.name[rows], self.names
        )

    @classmethod
    def of(cls, stream: OperatorStream, operators: Operators, costs: Costs) -> Self:
        """Return what a stream's operators ask of a machine of these costs."""
        memsets = np.where(operators.lt & (operators.kernels > 0), costs.memsets_per_gemm, 0)
        parts = (memsets, operators.kernels, operators.copies, operators.waits.astype(np.int64))
        order = (Request.MEMSET, Request.KERNEL, Request.MEMCPY, Request.WAIT)
        counts = np.column_stack(parts).ravel()
        op = np.repeat(np.repeat(np.arange(len(operators)), len(order)), counts)
        kind = np.repeat(np.tile(np.array(order, np.int8), len(operators)), counts)
        kernel, memcpy, memset = (
            kind == one for one in (Request.KERNEL, Request.MEMCPY, Request.MEMSET)
        )
        duration = np.zeros(len(op), dtype=np.int64)
        duration[kernel] = durations(operators, costs)[op[kernel]]
        duration[memcpy] = (
            costs.copy_ns + operators.read_bytes[op[memcpy]] // costs.copy_bytes_per_ns
        )
        duration[memset] = costs.memset_ns
        names, kernels = _names(stream, operators)
        name = np.zeros(len(op), dtype=np.int32)
        name[kernel] = kernels[operators.template[op[kernel]]]
        name[memcpy], name[memset] = names.index(MEMCPY), names.index(MEMSET)
        return cls(op.astype(np.int32), kind, duration, name, names)


def _names(stream: OperatorStream, operators: Operators) -> tuple[list[str], Int32]:
    """Return the names of activities, and which of them each template's kernels have."""
    rows = np.flatnonzero(operators.kernels > 0)
    template, first = np.unique(operators.template[rows], return_index=True)
    rows = rows[first]
    sizes = (template.tolist(), operators.n[rows].tolist(), operators.k[rows].tolist())
    codes: dict[str, int] = {MEMSET: 0, MEMCPY: 1}
    kernels = np.zeros(len(stream.operators), dtype=np.int32)
    for one, n, k in zip(*sizes, strict=True):
        kernels[one] = codes.setdefault(kernel_name(stream.operators[one], n, k), len(codes))
    return list(codes), kernels

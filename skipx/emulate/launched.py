"""The device work of one pass, in launch order: what each operator launches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.kernels import MEMSET, kernel_name
from skipx.emulate.roofline import durations
from skipx.emulate.streams.stream import Operators, OperatorStream
from skipx.records import ActivityKind, Int8, Int32, Int64, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Launched:
    """Activities of one pass, shapes ``(n,)``: the memsets of an operator before its kernels.

    ``op`` is the row of its operator, ``name`` indexes ``names``.
    """

    op: Int32
    category: Int8
    duration_ns: Int64
    name: Int32
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.op)

    @property
    def memset(self) -> Mask:
        """Which of the activities are memsets. Shape ``(n,)``."""
        found: Mask = self.category == ActivityKind.MEMSET
        return found

    @classmethod
    def of(cls, stream: OperatorStream, operators: Operators, costs: Costs) -> Launched:
        """Return what a stream's operators launch on a device of these costs."""
        memsets = np.where(operators.lt & (operators.kernels > 0), costs.memsets_per_gemm, 0)
        count = memsets + operators.kernels
        op = np.repeat(np.arange(len(operators)), count)
        place = np.arange(len(op)) - np.repeat(np.cumsum(count) - count, count)
        memset = place < memsets[op]
        names: dict[str, int] = {MEMSET: 0}
        by_template = {
            template: names.setdefault(kernel_name(stream.operators[template], n, k), len(names))
            for template, n, k in _launching(operators)
        }
        name = np.zeros(len(stream.operators), dtype=np.int32)
        name[list(by_template)] = list(by_template.values())
        return cls(
            op=op.astype(np.int32),
            category=np.where(memset, ActivityKind.MEMSET, ActivityKind.KERNEL).astype(np.int8),
            duration_ns=np.where(memset, costs.memset_ns, durations(operators, costs)[op]),
            name=np.where(memset, 0, name[operators.template[op]]).astype(np.int32),
            names=tuple(names),
        )


def _launching(operators: Operators) -> list[tuple[int, int, int]]:
    """Return template, n and k of the first place of each operator that launches."""
    rows = np.flatnonzero(operators.kernels > 0)
    _, first = np.unique(operators.template[rows], return_index=True)
    rows = rows[first]
    columns = (operators.template[rows], operators.n[rows], operators.k[rows])
    return list(zip(*(column.tolist() for column in columns), strict=True))

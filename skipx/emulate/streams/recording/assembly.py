"""From passes observed at several batch sizes and sequence lengths to one symbolic stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skipx.emulate.streams.polynomial import Polynomial
from skipx.emulate.streams.recording.fit import fitted
from skipx.emulate.streams.recording.observed import Observed, Seen
from skipx.emulate.streams.stream import Gemm, Operator, Tensor
from skipx.emulate.streams.stream import Sequence as Rows
from skipx.errors import BadInputError

Pass = Sequence[Observed]
Point = tuple[int, int]


class Assembly:
    """Operators and modules met so far, each once; ``add`` gives a sequence of them."""

    def __init__(self) -> None:
        self.operators: dict[Operator, int] = {}
        self.modules: dict[str, int] = {"": 0}

    def add(self, passes: Mapping[Point, Pass], batch_from: int) -> Rows:
        """Return the operators of the passes, whose points form a grid, as a sequence.

        Raises ``BadInputError`` where two points call different operators, or a size is no
        polynomial.
        """
        batches = tuple(sorted({batch for batch, _ in passes}))
        sequences = tuple(sorted({sequence for _, sequence in passes}))
        grid = [passes[batch, sequence] for batch in batches for sequence in sequences]
        if any(len(rows) != len(grid[0]) for rows in grid):
            raise BadInputError("another number of operators is called at other sizes")
        operators = []
        for same in zip(*grid, strict=True):
            operator = _operator(same, batches, sequences)
            operators.append(self.operators.setdefault(operator, len(self.operators)))
        modules = [self.modules.setdefault(row.module, len(self.modules)) for row in grid[0]]
        return Rows(
            batch_from,
            np.array(operators, np.int32),
            np.array(modules, np.int32),
            np.array([row.depth for row in grid[0]], np.int32),
        )


def plain(row: Observed) -> tuple[Any, ...]:
    """Return what must be the same at every size."""
    tensors = [(len(x.dims), x.dtype) for x in (*row.call.inputs, *row.call.outputs)]
    work = (row.work.library, row.work.gemm is None)
    return (row.call.name, row.depth, row.module, row.launches, work, tensors)


def _operator(
    same: tuple[Observed, ...], batches: tuple[int, ...], sequences: tuple[int, ...]
) -> Operator:
    first = same[0]
    if any(plain(row) != plain(first) for row in same):
        raise BadInputError(
            f"{first.call.name} is not the operator that is called there at other sizes",
            where=first.module,
        )

    def fit(values: Any) -> Polynomial:
        return fitted(batches, sequences, tuple(values))

    def tensors(found: list[tuple[Seen, ...]]) -> tuple[Tensor, ...]:
        return tuple(
            Tensor(
                tuple(fit(sizes) for sizes in zip(*(tensor.dims for tensor in one), strict=True)),
                one[0].dtype,
            )
            for one in zip(*found, strict=True)
        )

    products = [row.work.gemm for row in same if row.work.gemm is not None]
    return Operator(
        name=first.call.name,
        kernels=first.launches.kernels,
        library=first.work.library,
        inputs=tensors([row.call.inputs for row in same]),
        outputs=tensors([row.call.outputs for row in same]),
        flops=fit(row.work.flops for row in same),
        read_bytes=fit(row.work.read_bytes for row in same),
        written_bytes=fit(row.work.written_bytes for row in same),
        gemm=Gemm(*map(fit, zip(*products, strict=True))) if products else None,
        copies=first.launches.copies,
        waits=first.launches.waits,
    )

"""The operator stream of a model's pass: every operator in order, its sizes symbolic in B and S.

B is the batch size. S is the sequence length of a prefill, and the length of the static cache of
a decode step, which itself handles one token of each sequence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skipx.emulate.streams.polynomial import Polynomial
from skipx.errors import UsageError

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]

_ZERO = Polynomial()
_LARGEST_BATCH = 1 << 20
"""Far above any that runs; beyond, FLOPs would not fit an int64."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor argument or result: its dimensions, and its dtype without ``torch.``."""

    dims: tuple[Polynomial, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class Gemm:
    """The matrix product of an operator: ``batch`` products of (m, k) by (k, n)."""

    batch: Polynomial
    m: Polynomial
    n: Polynomial
    k: Polynomial


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator that occurs in a stream, once for all the places where it occurs alike.

    ``kernels`` is the number of kernels that it launches itself on CUDA, those of the operators
    that it calls not counted; 0: it only changes a tensor's shape, or calls others. ``copies`` is
    the number of memory copies that it launches, and ``waits`` whether the host waits for them.
    ``library`` names the library that has the kernel (``cublas``, ``cublaslt``, ``attention``),
    or is empty.
    """

    name: str
    kernels: int = 0
    library: str = ""
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    flops: Polynomial = _ZERO
    read_bytes: Polynomial = _ZERO
    written_bytes: Polynomial = _ZERO
    gemm: Gemm | None = None
    copies: int = 0
    waits: bool = False


@dataclass(frozen=True, eq=False)
class Sequence:
    """The operators of a pass in call order, for the batch sizes from ``batch_from`` on.

    ``operator`` indexes ``OperatorStream.operators``, ``module`` its ``modules``; ``depth`` is the
    number of operators that a row is called from. Shapes (n,).
    """

    batch_from: int
    operator: Int32
    module: Int32
    depth: Int32

    @cached_property
    def parent(self) -> Int32:
        """Row of the operator that calls each row, -1 for a root. Shape (n,)."""
        parents = np.full(len(self.depth), -1, np.int32)
        open_rows: list[int] = []
        for row, depth in enumerate(self.depth.tolist()):
            del open_rows[depth:]
            if open_rows:
                parents[row] = open_rows[-1]
            open_rows.append(row)
        return parents


@dataclass(frozen=True, slots=True)
class Domain:
    """Where a stream holds: sequence lengths from one to another, multiples of ``step``."""

    sequence_from: int
    sequence_to: int
    step: int = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """What a stream was recorded from. ``attention`` is the one that the model really used."""

    model: str
    phase: str
    attention: str
    head: str
    dtype: str
    parameters: int
    transformers: str
    torch: str
    command: str = ""
    recorded_at: tuple[tuple[int, int], ...] = ()
    verified_at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Operators:
    """A stream at one batch size and sequence length. Columns of shape (n,), in call order.

    ``name`` and ``module`` index ``names`` and ``modules``; ``template`` indexes
    ``OperatorStream.operators``. ``gemm_batch``, ``m``, ``n``, ``k`` are 0 where there is no
    matrix product. ``lt`` is true where cuBLASLt has the kernel.
    """

    names: tuple[str, ...]
    modules: tuple[str, ...]
    template: Int32
    name: Int32
    module: Int32
    depth: Int32
    parent: Int32
    kernels: Int32
    copies: Int32
    waits: NDArray[np.bool_]
    lt: NDArray[np.bool_]
    flops: Int64
    read_bytes: Int64
    written_bytes: Int64
    gemm_batch: Int64
    m: Int64
    n: Int64
    k: Int64

    def __len__(self) -> int:
        return len(self.template)


@dataclass(frozen=True, eq=False)
class OperatorStream:
    """One pass of a model as its operators. ``sequences`` is ordered by ``batch_from``."""

    origin: Origin
    domain: Domain
    operators: tuple[Operator, ...]
    modules: tuple[str, ...]
    sequences: tuple[Sequence, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(dict.fromkeys(operator.name for operator in self.operators))
        object.__setattr__(self, "names", names)

    def sequence_for(self, batch: int) -> Sequence:
        """Return the sequence of operators at a batch size; raises ``UsageError`` below 1."""
        if batch < 1:
            raise UsageError(f"the batch size {batch} is not at least 1", where=self.origin.model)
        return [item for item in self.sequences if item.batch_from <= batch][-1]

    def kernel_count(self, batch: int) -> int:
        """Return the number of kernels that one pass launches; no sequence length changes it."""
        kernels = np.array([operator.kernels for operator in self.operators], np.int64)
        return int(kernels[self.sequence_for(batch).operator].sum())

    def at(self, batch: int, sequence: int) -> Operators:
        """Return the operators at B = ``batch`` and S = ``sequence``.

        Raises ``UsageError`` where the stream does not hold there.
        """
        self._require(batch, sequence)
        rows = self.sequence_for(batch)
        code = {name: i for i, name in enumerate(self.names)}
        numbers = np.array(
            [
                (
                    code[item.name],
                    item.kernels,
                    item.copies,
                    item.waits,
                    item.library == "cublaslt",
                    *(size.at(batch, sequence) for size in _sizes(item)),
                )
                for item in self.operators
            ],
            np.int64,
        )[rows.operator]
        name, kernels, copies, waits, lt, *sizes = (
            np.ascontiguousarray(column) for column in numbers.T
        )
        return Operators(
            self.names,
            self.modules,
            rows.operator,
            name.astype(np.int32),
            rows.module,
            rows.depth,
            rows.parent,
            kernels.astype(np.int32),
            copies.astype(np.int32),
            waits.astype(np.bool_),
            lt.astype(np.bool_),
            *sizes,
        )

    def _require(self, batch: int, sequence: int) -> None:
        domain = self.domain
        if batch > _LARGEST_BATCH:
            raise UsageError(f"the batch size {batch} is too large", where=self.origin.model)
        if not domain.sequence_from <= sequence <= domain.sequence_to or sequence % domain.step:
            kind = f"multiples of {domain.step}" if domain.step > 1 else "lengths"
            raise UsageError(
                f"the stream does not hold at sequence length {sequence}",
                where=self.origin.model,
                hint=f"{kind} from {domain.sequence_from} to {domain.sequence_to}",
            )


def _sizes(operator: Operator) -> tuple[Polynomial, ...]:
    gemm = operator.gemm or Gemm(*[_ZERO] * 4)
    moved = (operator.flops, operator.read_bytes, operator.written_bytes)
    return (*moved, gemm.batch, gemm.m, gemm.n, gemm.k)

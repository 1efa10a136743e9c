"""Small operator streams and platforms for tests of the emulator; their figures are made up."""

from __future__ import annotations

from collections.abc import Sequence as Rows

import numpy as np

from skipx.emulate.streams.polynomial import Polynomial
from skipx.emulate.streams.stream import (
    Domain,
    Gemm,
    Operator,
    OperatorStream,
    Origin,
    Sequence,
    Tensor,
)
from skipx.platforms import (
    Definition,
    Emulation,
    Hardware,
    PerCall,
    Platform,
    Provenance,
    Quantity,
)


def size(value: int, batch: int = 0, sequence: int = 0) -> Polynomial:
    """Return ``value * B**batch * S**sequence``."""
    return Polynomial.of([(value, batch, sequence)])


def gemm(rows: int, columns: int, inner: int, library: str = "cublaslt") -> Operator:
    """Return an addmm of (B·rows, inner) by (inner, columns) in half precision."""
    read = Polynomial.of([(2 * rows * inner, 1, 0), (2 * inner * columns, 0, 0)])
    return Operator(
        "aten::addmm",
        1,
        library,
        outputs=(Tensor((size(rows, 1), size(columns)), "float16"),),
        flops=size(2 * rows * columns * inner, 1),
        read_bytes=read,
        written_bytes=size(2 * rows * columns, 1),
        gemm=Gemm(size(1), size(rows, 1), size(columns), size(inner)),
    )


def pointwise(elements: int, kernels: int = 1, name: str = "aten::add") -> Operator:
    """Return an operator that reads and writes B·elements halves by ``kernels`` kernels."""
    return Operator(
        name,
        kernels,
        outputs=(Tensor((size(elements, 1),), "float16"),),
        read_bytes=size(2 * elements, 1),
        written_bytes=size(2 * elements, 1),
    )


VIEW = Operator("aten::view")
LINEAR = Operator("aten::linear")


def stream(rows: Rows[tuple[Operator, int]], model: str = "toy") -> OperatorStream:
    """Return the stream of operators at their depths, in call order."""
    operators = tuple(dict.fromkeys(operator for operator, _ in rows))
    place = {operator: i for i, operator in enumerate(operators)}
    order = Sequence(
        1,
        np.array([place[operator] for operator, _ in rows], np.int32),
        np.zeros(len(rows), np.int32),
        np.array([depth for _, depth in rows], np.int32),
    )
    origin = Origin(model, "prefill", "eager", "", "float16", 1, "4.44.0", "2.0")
    return OperatorStream(origin, Domain(1, 4096), operators, ("",), (order,))


def platform(
    *,
    op_ns: float = 1_000,
    launch_ns: float = 6_000,
    memsets: int = 0,
    scale: dict[str, float] | None = None,
) -> Platform:
    """Return a machine of round figures.

    Calls take 2 us, a kernel begins 4 us after its call's begin and runs 1 us for nothing; 100
    multiprocessors reach 100 TFLOP/s and 1 TB/s: 1 flop is 1e-5 ns, 1 byte 1e-3 ns.
    """

    def fitted(definition: Definition, value: float) -> Quantity:
        return Quantity(value, definition, source="made up for a test")

    return Platform(
        "toy",
        Provenance.PUBLISHED,
        citation="made up for a test",
        hardware=Hardware("Toy GPU", "Toy host", "loose", 200e12, 2e12, 100),
        launch_floor_ns=PerCall(Quantity(4_000, Definition.T_L)),
        call_ns=PerCall(Quantity(2_000, Definition.CALL)),
        null_kernel_ns=Quantity(1_000, Definition.DURATION),
        emulation=Emulation(
            fitted(Definition.HOST_OP, op_ns),
            fitted(Definition.HOST_LAUNCH, launch_ns),
            fitted(Definition.GEMM_EFFICIENCY, 0.5),
            fitted(Definition.BANDWIDTH_EFFICIENCY, 0.5),
            {model: fitted(Definition.HOST_SCALE, by) for model, by in (scale or {}).items()},
            memsets_per_gemm=memsets,
        ),
    )

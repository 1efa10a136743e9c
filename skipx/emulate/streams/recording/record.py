"""Records a model's operator stream, and checks it where it was not recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, Protocol

from skipx.emulate.streams.recording.assembly import Assembly, Pass, Point
from skipx.emulate.streams.stream import Domain, OperatorStream, Origin, Sequence
from skipx.errors import BadInputError

BATCHES = (2, 3)
SEQUENCES = (32, 48, 80)
HELD_OUT = ((1, 112), (5, 160), (1, 512), (64, 512))
"""Points that take no part in the polynomials: there the stream is held to the model."""
_ODD = ((1, 2), (2, 2), (1, 37), (3, 37))
_STEP = 16

Step = Callable[[], object]


class Recordable(Protocol):
    """A model on the meta device: the ``Workload`` of ``skipx.prefill.models`` is one."""

    @property
    def name(self) -> str:
        """Name under which the stream goes."""

    @property
    def model(self) -> Any:
        """The ``torch.nn.Module``."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Attention, head, dtype, parameters, versions of torch and transformers."""

    def prefill(self, batch: int, sequence: int) -> Step:
        """Return the pass over ``batch`` prompts of ``sequence`` tokens."""

    def decode(self, batch: int, sequence: int) -> Step:
        """Return the pass over one token of each prompt, with a cache of ``sequence``."""


def record(
    workload: Recordable,
    *,
    sequence_to: int,
    phase: str = "prefill",
    command: str = "",
    progress: Callable[[str], object] = lambda _: None,
) -> OperatorStream:
    """Return the operator stream of a model, recorded on the meta device without its weights.

    Sizes become polynomials through a grid of points; at the points ``HELD_OUT`` the stream is
    then compared with the model, row by row. ATen copies less at batch size 1, where an order of
    dimensions costs nothing, so that size may have a sequence of its own. ``progress`` is told of
    each point. Raises ``BadInputError`` where the model calls other operators at other sizes.
    """
    seen: dict[Point, Pass] = {}

    def at(point: Point) -> Pass:
        if point not in seen:
            progress(f"{workload.name} {phase} B={point[0]} S={point[1]}")
            seen[point] = observe(workload, phase, *point)
        return seen[point]

    assembly = Assembly()
    many = assembly.add({point: at(point) for point in product(BATCHES, SEQUENCES)}, 2)
    one_points = list(product((1,), SEQUENCES))
    recorded = [*product(BATCHES, SEQUENCES)]
    held_out = [point for point in HELD_OUT if point[1] <= sequence_to]

    def stream(sequences: tuple[Sequence, ...], step: int, verified: list[Point]) -> OperatorStream:
        return OperatorStream(
            _origin(workload, phase, command, recorded, verified),
            Domain(2 if step == 1 else step, sequence_to, step),
            tuple(assembly.operators),
            tuple(assembly.modules),
            sequences,
        )

    whole: tuple[Sequence, ...] = (Sequence(1, many.operator, many.module, many.depth),)
    if any(differences(stream(whole, 1, []), at(point), point) for point in one_points):
        one = assembly.add({point: at(point) for point in one_points}, 1)
        whole = (one, many)
        recorded += one_points
    else:
        held_out += one_points
    for point in held_out:
        if found := differences(stream(whole, 1, []), at(point), point):
            raise BadInputError(f"does not hold at B, S = {point}: {found}", where=workload.name)
    odd = not any(differences(stream(whole, 1, []), at(point), point) for point in _ODD)
    return stream(whole, 1 if odd else _STEP, held_out + list(_ODD if odd else ()))


def observe(workload: Recordable, phase: str, batch: int, sequence: int) -> Pass:
    """Return the operators of one pass at one batch size and one sequence length."""
    from skipx.emulate.streams.recording.dispatch import OperatorWatch, meta_device, watching

    watch = OperatorWatch()
    with meta_device(), watch:
        make = workload.decode if phase == "decode" else workload.prefill
        step = make(batch, sequence)
        with watching(watch, workload.model):
            step()
    return [row for row in watch.rows if row is not None]


def differences(stream: OperatorStream, rows: Pass, point: Point) -> str:
    """Return the first difference between a stream and a pass observed at a point, or nothing."""
    sequence = stream.sequence_for(point[0])
    if len(sequence.operator) != len(rows):
        return f"{len(rows)} operators, not {len(sequence.operator)}"
    depths, modules = sequence.depth.tolist(), sequence.module.tolist()
    for i, (template, row) in enumerate(zip(sequence.operator.tolist(), rows, strict=True)):
        operator = stream.operators[template]
        expected = _concrete(operator, point) | {
            "depth": depths[i],
            "module": stream.modules[modules[i]],
        }
        for key, found in _observed(row).items():
            if found != expected[key]:
                return f"row {i}, {row.call.name}: {key} is {found}, not {expected[key]}"
    return ""


def _concrete(operator: Any, point: Point) -> dict[str, Any]:
    gemm = operator.gemm
    sizes = gemm and (gemm.batch, gemm.m, gemm.n, gemm.k)
    return {
        "name": operator.name,
        "launches": (operator.kernels, operator.copies, operator.waits),
        "library": operator.library,
        "inputs": [(t.dtype, [d.at(*point) for d in t.dims]) for t in operator.inputs],
        "outputs": [(t.dtype, [d.at(*point) for d in t.dims]) for t in operator.outputs],
        "flops": operator.flops.at(*point),
        "read bytes": operator.read_bytes.at(*point),
        "written bytes": operator.written_bytes.at(*point),
        "gemm": sizes and tuple(size.at(*point) for size in sizes),
    }


def _observed(row: Any) -> dict[str, Any]:
    launches, work, call = row.launches, row.work, row.call
    return {
        "name": call.name,
        "launches": (launches.kernels, launches.copies, launches.waits),
        "library": work.library,
        "inputs": [(t.dtype, list(t.dims)) for t in call.inputs],
        "outputs": [(t.dtype, list(t.dims)) for t in call.outputs],
        "flops": work.flops,
        "read bytes": work.read_bytes,
        "written bytes": work.written_bytes,
        "gemm": work.gemm,
        "depth": row.depth,
        "module": row.module,
    }


def _origin(
    workload: Recordable, phase: str, command: str, recorded: list[Point], verified: list[Point]
) -> Origin:
    facts = workload.facts
    return Origin(
        model=workload.name,
        phase=phase,
        attention=facts["attention"],
        head=facts["head"] or "",
        dtype=facts["dtype"],
        parameters=facts["parameters"],
        transformers=facts["transformers"],
        torch=facts["torch"],
        command=command,
        recorded_at=tuple(sorted(recorded)),
        verified_at=tuple(sorted(verified)),
    )

"""Recording, with real models of the installed transformers and with small ones of torch alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skipx.emulate.streams import STREAMS, load_stream
from skipx.emulate.streams.document import to_document
from skipx.emulate.streams.recording.record import HELD_OUT, observe, record
from skipx.errors import BadInputError
from skipx.prefill.models import CONFIGURATIONS, Inputs, Workload, load_workload

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


def installed() -> str:
    return ".".join(transformers.__version__.split(".")[:2])


def shipped(model: str, attention: str) -> bool:
    key = (model, installed(), attention)
    return key in {(key.model, key.transformers, key.attention) for key in STREAMS}


def workload(module: Any, make: Callable[[int, int], tuple[Any, ...]]) -> Workload:
    facts = {
        "attention": "eager", "head": "", "dtype": "float32", "parameters": 0,
        "torch": torch.__version__, "transformers": transformers.__version__,
    }  # fmt: skip
    return Workload("small", module, lambda b, s: Inputs(args=make(b, s)), facts)


class Function(torch.nn.Module):  # type: ignore[misc, name-defined]
    """A module that calls a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *args: Any) -> Any:
        return self.function(*args)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_a_shipped_stream_is_what_is_recorded_again(attention: str) -> None:
    if not shipped("bert-base-uncased", attention):
        pytest.skip(f"no stream of transformers {installed()} ships")
    model = load_workload("bert-base-uncased", attention=attention, dtype="bfloat16", device="meta")
    again = to_document(record(model, sequence_to=512))
    there = to_document(
        load_stream("bert-base-uncased", attention=attention, transformers=installed())
    )
    # The build of torch and the command are the recorder's own.
    for document in (again, there):
        for key in ("torch", "command"):
            del document["origin"][key]
    assert again == there


@pytest.mark.parametrize("model", ["gpt2", "Llama-3.2-1B"])
def test_flops_are_those_that_torch_counts(model: str) -> None:
    if not shipped(model, "eager"):
        pytest.skip(f"no stream of transformers {installed()} ships")
    from torch.utils.flop_counter import FlopCounterMode

    made = load_workload(model, dtype="bfloat16", device="meta")
    with FlopCounterMode(display=False) as counter:
        made.prefill(3, 96)()
    operators = load_stream(model, transformers=installed()).at(3, 96)
    assert operators.flops[operators.gemm_batch > 0].sum() == counter.get_total_flops()


def test_bytes_of_a_pass_by_brute_force() -> None:
    """At a point of its own, against the sizes of real tensors on the CPU."""
    linear = torch.nn.Linear(8, 6)
    stream = record(
        workload(linear.to("meta"), lambda b, s: (torch.empty(b, s, 8),)), sequence_to=4096
    )
    operators = stream.at(7, 33)
    real, x = torch.nn.Linear(8, 6), torch.empty(7, 33, 8)
    read = sum(item.nbytes for item in (x, *real.parameters()))
    assert operators.read_bytes.sum() == read
    assert operators.written_bytes.sum() == real(x).nbytes
    assert operators.flops.sum() == 2 * 7 * 33 * 8 * 6


def test_operators_are_nested_and_know_their_module() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.GELU()).to("meta")
    rows = observe(workload(model, lambda b, s: (torch.empty(b, s, 8),)), "prefill", 2, 4)
    found = [(row.depth, row.call.name, row.module) for row in rows]
    assert found[0] == (0, "aten::linear", "0")
    assert (1, "aten::addmm", "0") in found
    assert found[-1] == (0, "aten::gelu", "1")


def test_a_copy_that_one_batch_does_not_need() -> None:
    """Merging heads copies, but for a single sequence of one head's rows each."""

    def merge(x: Any) -> Any:
        return x.transpose(1, 2).reshape(x.size(0) * 4, x.size(1), 2)

    make = lambda b, s: (torch.empty(b, s, 4, 2),)  # noqa: E731
    stream = record(workload(Function(merge), make), sequence_to=4096)
    assert [stream.kernel_count(batch) for batch in (1, 2, 9)] == [0, 1, 1]
    assert [item.batch_from for item in stream.sequences] == [1, 2]


def test_values_of_the_inputs_are_followed() -> None:
    """A mask that hides nothing sends models down another path; asking for it is a waited copy."""

    def masked(x: Any, mask: Any) -> Any:
        return x if bool((mask == 1).all()) else x * mask

    make = lambda b, s: (torch.empty(b, s), torch.ones(b, s))  # noqa: E731
    operators = record(workload(Function(masked), make), sequence_to=4096).at(2, 64)
    assert operators.kernels.sum() == 2
    assert operators.copies[operators.waits].sum() == 1


def test_values_of_the_weights_are_not_known() -> None:
    model = torch.nn.Linear(8, 8).to("meta")
    asking = Function(lambda x: x if bool(model(x).sum() > 0) else -x)
    with pytest.raises(BadInputError, match="values that its weights make"):
        record(workload(asking, lambda b, s: (torch.empty(b, s, 8),)), sequence_to=4096)


def test_operators_that_depend_on_the_sizes_are_refused() -> None:
    def stepwise(x: Any) -> Any:
        return x.sin() if x.size(1) > HELD_OUT[0][1] else x.cos()

    with pytest.raises(BadInputError, match="aten::sin"):
        record(workload(Function(stepwise), lambda b, s: (torch.empty(b, s),)), sequence_to=4096)
    with pytest.raises(BadInputError, match="another number of operators"):
        record(
            workload(
                Function(lambda x: x.sin().cos() if x.size(0) > 2 else x.sin()),
                lambda b, s: (torch.empty(b, s),),
            ),
            sequence_to=4096,
        )


def test_half_precision_softmax_widens_in_its_kernel() -> None:
    """ATen on CUDA: half to float32 is part of softmax; bfloat16 is copied first."""

    def kernels(dtype: Any) -> int:
        widen = Function(lambda x: torch.softmax(x, -1, dtype=torch.float32))
        make = lambda b, s: (torch.empty(b, s, dtype=dtype),)  # noqa: E731
        return record(workload(widen, make), sequence_to=4096).kernel_count(1)

    assert (kernels(torch.float16), kernels(torch.bfloat16)) == (1, 2)


def test_a_decode_step_is_one_token() -> None:
    model = load_workload("gpt2", dtype="bfloat16", device="meta")
    if model.make_decode is None:
        pytest.skip(f"GPT-2 has no static cache in transformers {transformers.__version__}")
    stream = record(model, sequence_to=CONFIGURATIONS["gpt2"].sequence_to, phase="decode")
    operators = stream.at(4, 512)
    products = (operators.gemm_batch == 1) & (operators.n > 512)
    assert set(operators.m[products]) == {4}
    # Attention reaches over the whole cache.
    assert 512 in operators.n

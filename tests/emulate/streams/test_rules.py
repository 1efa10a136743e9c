"""What operators launch, compute and move on a CUDA device, by hand."""

from __future__ import annotations

from skipx.emulate.streams.recording.launches import launches, uses_cublaslt
from skipx.emulate.streams.recording.observed import Call, Launches, Seen
from skipx.emulate.streams.recording.work import work

NOTHING, KERNEL = Launches(), Launches(1)
ON_DEVICE = Launches(copies=1)
WAITED = Launches(copies=1, waits=True)


def tensor(
    *dims: int,
    strides: tuple[int, ...] | None = None,
    dtype: str = "float16",
    device: str = "meta",
) -> Seen:
    if strides is None:
        strides = tuple(_product(dims[i + 1 :]) for i in range(len(dims)))
    itemsize = {"float16": 2, "float32": 4, "int64": 8, "bool": 1}[dtype]
    return Seen(dims, strides, dtype, itemsize, device)


def _product(sizes: tuple[int, ...]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def call(
    name: str, inputs: list[Seen], outputs: list[Seen], *, leaf: bool = True, view: bool = False
) -> Call:
    return Call(f"aten::{name}", leaf, view, tuple(inputs), tuple(outputs))


def test_what_calls_others_launches_nothing_itself() -> None:
    assert launches(call("linear", [tensor(2, 4)], [tensor(2, 4)], leaf=False)) == NOTHING


def test_views_and_allocations_launch_nothing() -> None:
    assert launches(call("transpose", [tensor(2, 4)], [tensor(4, 2)], view=True)) == NOTHING
    assert launches(call("_unsafe_view", [tensor(2, 4)], [tensor(8)])) == NOTHING
    assert launches(call("empty_like", [tensor(2, 4)], [tensor(2, 4)])) == NOTHING


def test_other_operators_launch_one_kernel() -> None:
    assert launches(call("add", [tensor(2, 4)], [tensor(2, 4)])) == KERNEL
    assert launches(call("arange", [], [tensor(4, dtype="int64")])) == KERNEL


def test_nothing_on_the_device_and_nothing_to_do_launch_nothing() -> None:
    host = tensor(device="cpu", dtype="float32")
    assert launches(call("add", [host, host], [host])) == NOTHING
    assert launches(call("cat", [tensor(0)], [tensor(0)])) == NOTHING


def test_copies_go_by_device_and_layout() -> None:
    rows, columns = tensor(2, 4), tensor(2, 4, strides=(1, 2))
    assert launches(call("clone", [rows], [rows])) == ON_DEVICE
    assert launches(call("clone", [columns], [columns])) == ON_DEVICE
    assert launches(call("clone", [columns], [rows])) == KERNEL
    assert launches(call("_to_copy", [rows], [tensor(2, 4, dtype="float32")])) == KERNEL
    # Gaps between rows: the copy of a slice.
    assert launches(call("clone", [tensor(2, 4, strides=(8, 1))], [rows])) == KERNEL
    # The stride of a dimension of one does not matter.
    one = tensor(1, 4, strides=(99, 1))
    assert launches(call("copy_", [tensor(1, 4), one], [tensor(1, 4)])) == ON_DEVICE


def test_the_host_waits_for_copies_from_and_to_it() -> None:
    device, host = tensor(4), tensor(4, device="cpu")
    assert launches(call("_to_copy", [host], [device])) == WAITED
    assert launches(call("_to_copy", [device], [host])) == WAITED
    assert launches(call("_local_scalar_dense", [tensor(dtype="bool")], [])) == WAITED


def test_an_addend_of_one_row_goes_to_cublaslt() -> None:
    left, right, result = tensor(8, 16), tensor(16, 32), tensor(8, 32)
    bias = call("addmm", [tensor(32), left, right], [result])
    assert uses_cublaslt(bias)
    assert launches(bias) == KERNEL
    assert work(bias).library == "cublaslt"
    # Else the addend is copied into the result first.
    added = call("addmm", [tensor(8, 32), left, right], [result])
    assert not uses_cublaslt(added)
    assert launches(added) == Launches(2)
    assert work(call("mm", [left, right], [result])).library == "cublas"


def test_work_of_products() -> None:
    mm = work(call("mm", [tensor(8, 16), tensor(16, 32)], [tensor(8, 32)]))
    assert mm.flops == 2 * 8 * 16 * 32
    assert mm.gemm == (1, 8, 32, 16)
    assert (mm.read_bytes, mm.written_bytes) == (2 * (8 * 16 + 16 * 32), 2 * 8 * 32)
    bmm = work(call("bmm", [tensor(3, 8, 16), tensor(3, 16, 32)], [tensor(3, 8, 32)]))
    assert (bmm.flops, bmm.gemm) == (3 * mm.flops, (3, 8, 32, 16))


def test_an_expanded_operand_is_read_once() -> None:
    mask = tensor(4, 1, 8, 8, strides=(64, 64, 8, 1))
    expanded = tensor(4, 12, 8, 8, strides=(64, 0, 8, 1))
    scores = tensor(4, 12, 8, 8)
    one = work(call("add", [scores, mask], [scores]))
    assert one == work(call("add", [scores, expanded], [scores]))
    assert one.read_bytes == 2 * (4 * 12 * 64 + 4 * 64)


def test_a_gather_reads_the_rows_that_it_returns() -> None:
    ids, rows = tensor(4, 8, dtype="int64"), tensor(4, 8, 16)
    done = work(call("embedding", [tensor(30522, 16), ids], [rows]))
    assert done.read_bytes == 8 * 32 + 2 * 512
    assert (done.written_bytes, done.flops) == (2 * 512, 0)


def test_a_scatter_writes_the_rows_that_it_is_given() -> None:
    cache, place, row = tensor(2, 3, 64, 16), tensor(1, dtype="int64"), tensor(2, 3, 1, 16)
    done = work(call("index_copy_", [cache, place, row], [cache]))
    assert (done.read_bytes, done.written_bytes) == (8 + 2 * 96, 2 * 96)


def test_what_is_overwritten_is_not_read() -> None:
    done = work(call("copy_", [tensor(8), tensor(8, dtype="float32")], [tensor(8)]))
    assert (done.read_bytes, done.written_bytes) == (32, 16)


def test_attention_is_two_products_and_half_when_causal() -> None:
    heads = tensor(2, 3, 8, 16)
    name, inputs = "aten::_scaled_dot_product_flash_attention", (heads, heads, heads)
    full = work(Call(name, True, False, inputs, (heads,), (0.0, False)))
    causal = work(Call(name, True, False, inputs, (heads,), (0.0, True)))
    assert full.flops == 2 * (2 * 2 * 3 * 8 * 8 * 16)
    assert causal.flops == 4 * 2 * 3 * (8 * 9 // 2) * 16
    assert full.library == "attention"

"""FLOPs and bytes of an operator's kernels, from the shapes of its arguments and results.

Bytes are those of compulsory traffic: each operand read once, of the storage that is behind it
(an expanded operand is stored once, a gather reads the rows that it returns), each result written
once. FLOPs: 2·m·n·k of a product, twice that over both products of attention (half of it where
attention is causal), and per element of the larger side the table ``_PER_ELEMENT``, else 1.
"""

from __future__ import annotations

from skipx.emulate.streams.recording.launches import uses_cublaslt
from skipx.emulate.streams.recording.observed import Call, Seen, Work

_PER_ELEMENT = {
    "aten::_softmax": 5,
    "aten::_safe_softmax": 5,
    "aten::_log_softmax": 5,
    "aten::gelu": 8,
    "aten::native_layer_norm": 8,
    "aten::silu": 4,
    "aten::tanh": 4,
}
_MOVES = frozenset({
    "aten::_to_copy", "aten::arange", "aten::cat", "aten::clone", "aten::copy_", "aten::embedding",
    "aten::fill_", "aten::full", "aten::full_like", "aten::gather", "aten::index",
    "aten::index_copy_", "aten::index_put_", "aten::index_select", "aten::masked_fill",
    "aten::new_full", "aten::new_ones", "aten::new_zeros", "aten::ones", "aten::ones_like",
    "aten::scalar_tensor", "aten::where", "aten::zero_", "aten::zeros", "aten::zeros_like",
})  # fmt: skip
_GATHERS = frozenset({"aten::embedding", "aten::gather", "aten::index", "aten::index_select"})
_SCATTERS = frozenset({"aten::index_copy_", "aten::index_put_", "aten::scatter_"})
_OVERWRITES = frozenset({"aten::copy_", "aten::fill_", "aten::zero_"})
_PRODUCTS = frozenset({"aten::addmm", "aten::baddbmm", "aten::bmm", "aten::mm"})
ATTENTION = frozenset({
    "aten::_scaled_dot_product_cudnn_attention",
    "aten::_scaled_dot_product_efficient_attention",
    "aten::_scaled_dot_product_flash_attention",
})  # fmt: skip


def work(call: Call) -> Work:
    """Return the work of a call that launches something."""
    read, written = _traffic(call)
    if call.name in _PRODUCTS:
        batch, m, n, k = gemm = _gemm(call)
        library = "cublaslt" if uses_cublaslt(call) else "cublas"
        return Work(2 * batch * m * n * k, read, written, gemm, library)
    if call.name in ATTENTION:
        return Work(_attention_flops(call), read, written, None, "attention")
    return Work(_elementwise_flops(call), read, written)


def _gemm(call: Call) -> tuple[int, int, int, int]:
    left, right = call.inputs[-2:]
    *batch, m, k = left.dims
    return (batch[0] if batch else 1, m, right.dims[-1], k)


def _attention_flops(call: Call) -> int:
    query, key = call.inputs[:2]
    batch, heads, rows, width = query.dims
    columns = key.dims[2]
    # Causal attention skips the columns after each row.
    pairs = rows * (rows + 1) // 2 if True in call.scalars else rows * columns
    return 4 * batch * heads * pairs * width


def _elementwise_flops(call: Call) -> int:
    if call.name in _MOVES:
        return 0
    largest = max(tensor.elements for tensor in call.inputs + call.outputs)
    return _PER_ELEMENT.get(call.name, 1) * largest


def _traffic(call: Call) -> tuple[int, int]:
    result = sum(tensor.stored_bytes for tensor in call.outputs)
    if call.name in _GATHERS:
        _, *indices = call.inputs
        return result + _stored(indices), result
    if call.name in _SCATTERS:
        _, *rest = call.inputs
        return _stored(rest), rest[-1].stored_bytes
    read = call.inputs[1:] if call.name in _OVERWRITES else call.inputs
    # Attention also returns what only training reads: those results stay small or empty.
    return _stored(read), result


def _stored(tensors: object) -> int:
    return sum(tensor.stored_bytes for tensor in tensors if _on_device(tensor))  # type: ignore[attr-defined]


def _on_device(tensor: Seen) -> bool:
    return tensor.device != "cpu"

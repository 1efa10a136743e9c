"""Which operators put work on a CUDA device, decided from the operator and its arguments.

The rules are those of ATen's CUDA sources; docs/models.md has them as a table. In short: an
operator that calls others launches nothing itself; views and allocations launch nothing; copies
go by device and layout; every other operator launches one kernel, but for those of ``_KERNELS``.
"""

from __future__ import annotations

from skipx.emulate.streams.recording.observed import Call, Launches, Seen

_NOTHING = Launches()
_KERNEL = Launches(kernels=1)
_COPY_TO_DEVICE = Launches(copies=1, waits=True)
_COPY_TO_HOST = Launches(copies=1, waits=True)
_COPY_ON_DEVICE = Launches(copies=1)

_NO_WORK = frozenset({
    "aten::_reshape_alias", "aten::_unsafe_view", "aten::detach_", "aten::empty",
    "aten::empty_like", "aten::empty_strided", "aten::lift_fresh", "aten::new_empty",
    "aten::new_empty_strided", "aten::resize_", "aten::set_",
})  # fmt: skip
_COPIES = frozenset({"aten::_to_copy", "aten::clone", "aten::copy_"})
_TO_HOST = frozenset({"aten::_local_scalar_dense"})


def launches(call: Call) -> Launches:
    """Return what a call launches itself."""
    touched = call.inputs + call.outputs
    on_device = [tensor for tensor in touched if tensor.device != "cpu"]
    if not call.leaf or call.view or call.name in _NO_WORK or not on_device:
        return _NOTHING
    if call.name in _TO_HOST:
        return _COPY_TO_HOST
    if not any(tensor.elements for tensor in call.outputs):
        return _NOTHING
    if call.name in _COPIES:
        return _copy(*_source_and_target(call))
    if call.name == "aten::addmm" and not uses_cublaslt(call):
        # The addend is copied into the result before the product is added to it.
        return Launches(kernels=2)
    if call.name == "aten::baddbmm":
        return Launches(kernels=2)
    return _KERNEL


def uses_cublaslt(call: Call) -> bool:
    """Return whether ATen hands a product to cuBLASLt: an addend of one row, along n."""
    if call.name != "aten::addmm":
        return False
    addend, _, right = call.inputs
    return (
        len(addend.dims) == 1
        and addend.contiguous
        and addend.dims[0] == right.dims[1]
        and min(right.dims) > 1
    )


def _source_and_target(call: Call) -> tuple[Seen, Seen]:
    if call.name == "aten::copy_":
        return call.inputs[1], call.inputs[0]
    return call.inputs[0], call.outputs[0]


def _copy(source: Seen, target: Seen) -> Launches:
    if source.device != target.device:
        return _COPY_TO_HOST if target.device == "cpu" else _COPY_TO_DEVICE
    alike = (source.dims, source.dtype) == (target.dims, target.dtype)
    # Blocks of memory with the same order of elements; ATen leaves them to cudaMemcpyAsync.
    if alike and _dense(source) and _strides(source) == _strides(target):
        return _COPY_ON_DEVICE
    return _KERNEL


def _strides(tensor: Seen) -> list[int]:
    return [stride for size, stride in zip(tensor.dims, tensor.strides, strict=True) if size != 1]


def _dense(tensor: Seen) -> bool:
    """Return whether the elements fill one block of memory, in any order of dimensions."""
    expected = 1
    for stride, size in sorted(zip(tensor.strides, tensor.dims, strict=True)):
        if size != 1:
            if stride != expected:
                return False
            expected *= size
    return True

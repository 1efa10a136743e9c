"""What the kernels of an emulated device are called: by operator, and plainly emulated.

Two operators with the same name and sizes of weights get the same kernel, as a library's
heuristics choose by shape. No name is that of a real kernel.
"""

from __future__ import annotations

from skipx.emulate.streams.stream import Operator

PREFIX = "emulated::"
MEMSET = "Memset (emulated)"
MEMCPY = "Memcpy (emulated)"

_CLASSES = {
    "softmax": ("_softmax", "softmax", "_log_softmax", "log_softmax", "_safe_softmax"),
    "norm": ("native_layer_norm", "_fused_rms_norm", "native_group_norm", "native_batch_norm"),
    "reduce": (
        *("mean", "sum", "max", "min", "amax", "amin", "any", "all", "argmax", "cumsum", "prod"),
        *("norm", "var", "std", "topk", "sort"),
    ),
    "gather": ("embedding", "index", "index_select", "gather", "take", "scatter", "index_put_"),
    "copy": ("copy_", "clone", "cat", "contiguous", "_to_copy", "roll", "stack"),
    "fill": ("fill_", "zero_", "arange", "full", "ones", "zeros", "eye"),
}
_CLASS_OF = {name: kind for kind, names in _CLASSES.items() for name in names}


def kernel_name(operator: Operator, n: int = 0, k: int = 0) -> str:
    """Return the name of an operator's kernel; ``n`` and ``k`` are a matrix product's sizes."""
    dtype = operator.outputs[0].dtype if operator.outputs else "any"
    if operator.gemm is not None:
        library = operator.library or "cublas"
        return f"{PREFIX}{library}::gemm<{dtype}, n={n}, k={k}>"
    kind = "attention" if operator.library == "attention" else _class_of(operator.name)
    return f"{PREFIX}{kind}<{operator.name}, {dtype}>"


def _class_of(operator: str) -> str:
    return _CLASS_OF.get(operator.rpartition("::")[2], "elementwise")

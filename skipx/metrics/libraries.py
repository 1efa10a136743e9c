"""Kernels that a vendor library chose and launched, told by their names.

Such a launch passes through the library's own host code (heuristics, descriptors, workspace),
which TaxBreak (arXiv 2603.12465) counts as library time. Kernels compiled into the framework
itself are native even where they are built from CUTLASS types (flash attention, for one).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """A family of kernel names and why they are taken for a library's."""

    name: str
    pattern: str
    reason: str


LIBRARIES: tuple[Library, ...] = (
    Library("cuBLAS", r"cublas|nvjet|xmma", "cuBLAS(Lt) puts its own or its generator's name in"),
    Library("BLAS", r"(?<!fb)gemm|gemv|splitK(?!v)|dot_kernel|reduce_1Block", "the routine's name"),
    Library(
        "CUTLASS", r"^(void )?cutlass(::|_)", "the kernel itself is CUTLASS's, not a type in it"
    ),
    Library("cuDNN", r"cudnn|winograd|convolve|[dw]grad|bn_[fb]w_", "cuDNN engine or routine"),
    Library("cuFFT", r"(regular|vector)_fft|cufft", "cuFFT's two kernel families"),
    Library("cuSPARSE, cuSOLVER", r"cusparse|cusolver", "namespace of the library"),
    Library("Tensile", r"Cijk_", "rocBLAS and hipBLASLt name a GEMM by its index order"),
    Library("rocBLAS", r"rocblas|hipblas", "prefix of the library"),
    Library("MIOpen", r"miopen|gridwise_conv|naive_conv|igemm_", "MIOpen solver in the name"),
    Library("NCCL", r"nccl(Dev)?Kernel|rccl", "NCCL and RCCL enqueue from their own host code"),
)

_NATIVE = re.compile(r"^(void )?(at::|at_cuda_detail::|c10::|triton_)")
# In lower case on both sides: ignoring the case takes Python's re two to three times as long.
_MEDIATED = re.compile("|".join(f"(?:{library.pattern})" for library in LIBRARIES).lower())


def is_library_mediated(kernel: str) -> bool:
    """Tell whether a kernel's name is that of a library's kernel."""
    return _NATIVE.match(kernel) is None and _MEDIATED.search(kernel.lower()) is not None

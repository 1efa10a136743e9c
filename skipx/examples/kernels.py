"""Kernels of the synthetic model: names as the two vendors' stacks demangle them, and their work.

The names follow the patterns that PyTorch's own kernels and the vendors' libraries show in
profiles; no name says anything about a real run.
"""

from __future__ import annotations

from dataclasses import dataclass

from skipx.examples.recipe import Vendor

_BF16 = "c10::BFloat16"
_NATIVE = "at::native::"
_ANON = "at::native::(anonymous namespace)::"


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel launch: its name, its work (bytes moved, flops), grid and block.

    ``library`` marks kernels that a vendor library launches through an API of its own.
    """

    name: str
    bytes: int
    flops: int
    grid: tuple[int, int, int]
    block: tuple[int, int, int] = (128, 1, 1)
    library: bool = False


def elementwise(what: str, elements: int, operands: int = 2) -> Kernel:
    """Return a vectorised pointwise kernel named after its functor ``what``."""
    functor = _FUNCTORS[what]
    array = f"std::array<char*, {operands}ul>"
    name = (
        f"void {_NATIVE}vectorized_elementwise_kernel<4, {functor}, {array} >"
        f"(int, {functor}, {array})"
    )
    return Kernel(name, 2 * operands * elements, elements, (_blocks(elements, 512), 1, 1))


def strided_copy(elements: int) -> Kernel:
    """Return the kernel that makes a transposed tensor contiguous."""
    copy = (
        f"{_NATIVE}gpu_kernel_impl_nocast<{_NATIVE}direct_copy_kernel_cuda(at::TensorIteratorBase&)"
        "::{lambda()#3}::operator()() const::{lambda()#12}::operator()() const::"
        f"{{lambda({_BF16})#1}}>(at::TensorIteratorBase&, {_NATIVE}direct_copy_kernel_cuda("
        "at::TensorIteratorBase&)::{lambda()#3}::operator()() const::{lambda()#12}::operator()() "
        f"const::{{lambda({_BF16})#1}} const&)::{{lambda(int)#1}}"
    )
    name = f"void {_NATIVE}elementwise_kernel<128, 4, {copy}>(int, {copy})"
    return Kernel(name, 4 * elements, 0, (_blocks(elements, 512), 1, 1))


def layer_norm(rows: int, width: int) -> Kernel:
    """Return a layer norm over ``rows`` rows of ``width`` elements."""
    name = (
        f"void {_ANON}vectorized_layer_norm_kernel<{_BF16}, float, false>(int, float, "
        f"{_BF16} const*, {_BF16} const*, {_BF16} const*, float*, float*, {_BF16}*)"
    )
    return Kernel(name, 4 * rows * width, 8 * rows * width, (rows, 1, 1), (32, 4, 1))


def softmax(rows: int, width: int) -> Kernel:
    """Return a softmax over ``rows`` rows of ``width`` elements."""
    name = (
        f"void {_ANON}softmax_warp_forward<{_BF16}, {_BF16}, float, "
        f"{max(1, (width - 1).bit_length())}, false, false>"
        f"({_BF16}*, {_BF16} const*, int, int, int, bool const*, int, bool)"
    )
    return Kernel(name, 4 * rows * width, 5 * rows * width, (_blocks(rows, 4), 1, 1))


def gather(rows: int, width: int) -> Kernel:
    """Return an embedding look-up of ``rows`` rows of ``width`` elements."""
    name = (
        f"void {_NATIVE}vectorized_gather_kernel<16, long>"
        "(char*, char*, long*, int, long, long, long, long, bool)"
    )
    return Kernel(name, 4 * rows * width, 0, (rows, 1, 1), (256, 1, 1))


def gemm(vendor: Vendor, m: int, n: int, k: int, batch: int = 1) -> Kernel:
    """Return a matrix product of (m, k) and (k, n), ``batch`` times, tiled by its size."""
    tile = 128 if m * n * batch >= 1 << 20 else 64
    kind = "nn" if batch > 1 else "tn"
    if vendor == "amd":
        layout = "Ailk_Bljk" if batch > 1 else "Alik_Bljk"
        name = f"Cijk_{layout}_BBS_BH_Bias_HA_S_SAV_UserArgs_MT{tile}x{tile}x64_MI16x16x1_SN_WG32_8"
    else:
        name = (
            f"sm90_xmma_gemm_bf16bf16_bf16f32_f32_{kind}_n_tilesize{tile}x{tile}x64_"
            "warpgroupsize1x1x1_execute_segment_k_off_kernel__5x_cublas"
        )
    moved = 2 * batch * (m * k + k * n + m * n)
    grid = (_blocks(m, tile), _blocks(n, tile), batch)
    return Kernel(name, moved, 2 * batch * m * n * k, grid, (384, 1, 1), library=True)


def _blocks(elements: int, per_block: int) -> int:
    return -(-elements // per_block)


def _lambda(function: str, outer: int, inner: int, arguments: str) -> str:
    return (
        f"{_ANON}{function}::{{lambda()#{outer}}}::operator()() const::{{lambda()#{inner}}}"
        f"::operator()() const::{{lambda({arguments})#1}}"
    )


def _binary(functor: str) -> str:
    inner = f"{_NATIVE}binary_internal::{functor}<float>"
    return f"{_NATIVE}BinaryFunctor<{_BF16}, {_BF16}, {_BF16}, {inner} >"


_FUNCTORS = {
    "add": f"{_NATIVE}CUDAFunctor_add<{_BF16}>",
    "add_scalar": f"{_NATIVE}CUDAFunctorOnSelf_add<{_BF16}>",
    "mul": _binary("MulFunctor"),
    "mul_scalar": (
        f"{_NATIVE}AUnaryFunctor<{_BF16}, {_BF16}, {_BF16}, "
        f"{_NATIVE}binary_internal::MulFunctor<float> >"
    ),
    "div_scalar": (
        f"{_NATIVE}BUnaryFunctor<{_BF16}, {_BF16}, {_BF16}, "
        f"{_NATIVE}binary_internal::DivFunctor<float> >"
    ),
    "pow": _lambda(
        f"pow_tensor_scalar_kernel_impl<{_BF16}, {_BF16}>(at::TensorIteratorBase&, {_BF16})",
        1,
        1,
        _BF16,
    ),
    "tanh": _lambda("tanh_kernel_cuda(at::TensorIteratorBase&)", 2, 4, _BF16),
    "where": _lambda("where_kernel_impl(at::TensorIterator&)", 1, 12, f"bool, {_BF16}, {_BF16}"),
}

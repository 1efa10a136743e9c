"""What a kernel does as far as fusing it goes, told from its name."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from skipx.metrics.libraries import is_library_mediated
from skipx.metrics.symbols import collapse_templates


class Role(StrEnum):
    """What becomes of a kernel when a compiler fuses what is around it."""

    POINTWISE = "pointwise"
    """Each element of its output depends on few of its inputs: a copy, an activation, a cast."""
    REDUCTION = "reduction"
    """A sum, norm or softmax over rows."""
    FIXED = "fixed"
    """A matrix product, convolution or attention kernel: it stays, and may end with more."""
    AUXILIARY = "auxiliary"
    """Part of a library's product beside its main kernel: it goes where that goes."""
    ALONE = "alone"
    """A collective, sort or device-wide scan: it fuses with nothing."""
    OTHER = "other"
    """The name does not tell."""


_INDUCTOR = re.compile(r"triton_(?P<kind>poi|per|red|for|tem|mm|bmm)_")
_OF_INDUCTOR = {"poi": Role.POINTWISE, "for": Role.POINTWISE, "per": Role.REDUCTION}
_OF_INDUCTOR |= {"red": Role.REDUCTION, "tem": Role.FIXED, "mm": Role.FIXED, "bmm": Role.FIXED}

_ELEMENTWISE = re.compile(r"elementwise|multi_tensor_apply|CatArrayBatchedCopy")
"""Of the framework: whatever functor stands in its name, the kernel is pointwise."""
_ALONE = re.compile(
    r"nccl|rccl|nvshmem|multimem|all_?reduce|all_?gather|reduce_?scatter|all_?to_?all"
    r"|cross_device|send_?recv|top_?k|sort|\bcub::|rocprim|thrust|histogram|multinomial",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"split_?k_?reduc|reducesplitk|reduce_1Block|reduce_wgrad|nchwToNhwc|nhwcToNchw|im2(d2)?col"
    r"|compute\w*OffsetsKernel|scalePackedTensor|SubTensorOp|generateWinogradTiles|winograd(Forward|Wgrad)",
    re.IGNORECASE,
)
_BATCH_NORM = re.compile(r"\bbn_[fb]w_")
_ATTENTION = re.compile(
    r"flash_?(fwd|bwd|attn|attention|mla)|\bflash::|fmha|attention|attn|WithPagedKVCache"
    r"|_fwd_(grouped_)?kernel",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"matmul|\bbmm_|moe_gemm|fused_moe_kernel|conv_fwd|conv_bwd", re.IGNORECASE)
_REDUCTION = re.compile(
    r"reduce_kernel|softmax|rms_?norm|(layer|group|batch)_?norm|norm_kernel|::norm|::reduce\b|nll_?(loss|criterion)"
    r"|argmax|cumsum|welford|quantize_with_block_size",
    re.IGNORECASE,
)
_POINTWISE = re.compile(
    r"act_and_mul|silu|gelu|relu|rotary|copy|clone|fill|cast|transpose|gather|embedding_kernel"
    r"|index|where|arange|add_|mul_|dropout|triton__0d1d|::elementwise|quant|max_pool|upsample",
    re.IGNORECASE,
)


_NAMED_INSIDE = re.compile(r"(void )?(cutlass|std::enable_if)")


@lru_cache(maxsize=10_000)
def role_of(kernel: str) -> Role:
    """Return the role of a kernel by its full name."""
    if inductor := _INDUCTOR.match(kernel):
        return _OF_INDUCTOR[inductor["kind"]]
    # Template arguments name types and functors; these alone have the kernel's own name there.
    text = kernel if _NAMED_INSIDE.match(kernel) else collapse_templates(kernel)
    text = text.replace("(anonymous namespace)::", "")
    if _ELEMENTWISE.search(text):
        return Role.POINTWISE
    if _AUXILIARY.search(text):
        return Role.AUXILIARY
    if _ALONE.search(text):
        return Role.ALONE
    if _BATCH_NORM.search(text):
        return Role.REDUCTION
    if is_library_mediated(text) or _PRODUCT.search(text):
        return Role.FIXED
    if _ATTENTION.search(text):
        return Role.FIXED
    if _REDUCTION.search(text):
        return Role.REDUCTION
    return Role.POINTWISE if _POINTWISE.search(text) else Role.OTHER

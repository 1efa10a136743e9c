"""What ATen does on a CUDA device where it does something else on others.

The CUDA kernels have shape functions for the meta device, but the choice between them is made by
the device. Source: ATen's softmax, and the conditions of its fused attention.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def cuda_path(
    operator: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[], Any] | None:
    """Return what CUDA does for an operator with its own way there, else None."""
    if operator == "aten::softmax" and _widens(*args, **kwargs):
        return lambda: _softmax(*args, **kwargs)
    if operator == "aten::_safe_softmax":
        return lambda: _safe_softmax(*args, **kwargs)
    if operator == "aten::scaled_dot_product_attention":
        return lambda: _attention(*args, **kwargs)
    return None


def _widens(tensor: Any, _dim: int, dtype: Any = None) -> bool:
    import torch

    return bool(tensor.dtype == torch.float16 and dtype == torch.float32)


def _softmax(tensor: Any, dim: int, dtype: Any = None) -> Any:
    """Widen inside the kernel; other devices make a wider copy first."""
    import torch

    return torch.ops.aten._softmax(tensor, dim, True)


def _safe_softmax(tensor: Any, dim: int, dtype: Any = None) -> Any:
    """Zero the rows that are hidden whole; the meta device does it in one step."""
    import torch

    result = torch.softmax(tensor, dim, dtype=dtype)
    hidden = tensor.eq(float("-inf")).all(dim, keepdim=True)
    zero = torch.scalar_tensor(0.0, dtype=result.dtype, device=result.device)
    return torch.where(hidden, zero, result)


def _attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """Flash attention without a mask, memory-efficient attention with one, else plain products."""
    import torch

    aten = torch.ops.aten
    # Keys of fewer heads than queries: flash attention takes them where it is told so.
    grouped = query.size(-3) != key.size(-3)
    half = query.dtype in (torch.float16, torch.bfloat16)
    if half and attn_mask is None and query.size(-1) <= 256 and (enable_gqa or not grouped):
        return aten._scaled_dot_product_flash_attention(
            query, key, value, dropout_p, is_causal, False, scale=scale
        )[0]
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        hidden = torch.scalar_tensor(float("-inf"), dtype=query.dtype, device=query.device)
        attn_mask = torch.where(attn_mask, 0.0, hidden)
    if not grouped:
        if attn_mask is not None:
            shape = (query.size(0), query.size(1), query.size(2), key.size(2))
            attn_mask = attn_mask.expand(shape)
        return aten._scaled_dot_product_efficient_attention(
            query, key, value, attn_mask, False, dropout_p, is_causal, scale=scale
        )[0]
    return aten._scaled_dot_product_attention_math(
        query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa
    )[0]

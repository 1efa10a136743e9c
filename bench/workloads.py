"""Workloads for the GPU battery: models built from their configuration, with random weights.

Latency does not depend on the weights' values, and none can be had everywhere.
"""

from __future__ import annotations

from collections.abc import Callable


def decoder(
    layers: int = 12, width: int = 768, heads: int = 12, tokens: int = 128
) -> Callable[[], object]:
    """Return one prefill of a decoder of GPT-2's size at batch 1, in float16 on the first GPU."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(
        width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    model = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
    # In training mode, without dropout: in evaluation torch would fuse each layer into one call.
    model = model.half().cuda().train().requires_grad_(False)
    hidden = torch.randn(1, tokens, width, dtype=torch.float16, device="cuda")
    mask = nn.Transformer.generate_square_subsequent_mask(
        tokens, device="cuda", dtype=torch.float16
    )

    def prefill() -> object:
        with torch.no_grad():
            return model(hidden, mask=mask, is_causal=True)

    return prefill

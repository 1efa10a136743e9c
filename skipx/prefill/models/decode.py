"""One decode step: one more token of each prompt, with the keys and values in a static cache."""

from __future__ import annotations

from typing import Any

from skipx.prefill.models.tokens import require_length
from skipx.prefill.models.workload import Inputs, MakeInputs


def has_static_cache(model: Any) -> bool:
    """Return whether a model of transformers takes a static cache."""
    if not getattr(model, "can_generate", bool)():
        return False
    # The name of the mark differs between transformers 4 and 5.
    marks = ("_supports_static_cache", "_can_compile_fullgraph")
    return any(getattr(model, mark, None) is True for mark in marks)


def decode_steps(name: str, model: Any, device: str, sequence_to: int) -> MakeInputs:
    """Return the maker of the step for the last token of a sequence; the cache holds zeros."""

    def make(batch: int, sequence: int) -> Inputs:
        import torch

        require_length(name, sequence, sequence_to)
        with torch.device(device), torch.inference_mode():
            kwargs: dict[str, Any] = {
                "input_ids": torch.full((batch, 1), model.config.vocab_size - 1),
                "attention_mask": torch.ones(batch, sequence, dtype=torch.long),
                "use_cache": True,
            }
            return _with_cache(model, batch, sequence, kwargs)

    return make


def _with_cache(model: Any, batch: int, sequence: int, kwargs: dict[str, Any]) -> Inputs:
    import inspect

    import torch
    from transformers import StaticCache

    last = sequence - 1
    if "max_batch_size" in inspect.signature(StaticCache.__init__).parameters:
        cache = StaticCache(model.config, batch, sequence, device=model.device, dtype=model.dtype)
        position = torch.full((1,), last)
        return Inputs(kwargs={**kwargs, "past_key_values": cache, "cache_position": position})
    cache = StaticCache(config=model.config, max_cache_len=sequence)
    kwargs["past_key_values"] = cache
    # Layers allocate when they are first called. Each then counts its tokens on the device; the
    # counters share one tensor, so that one kernel takes a step back before it is repeated.
    model(**kwargs)
    filled = torch.full((len(cache.layers),), last)
    for layer, count in zip(cache.layers, filled.unbind(), strict=True):
        layer.cumulative_length = count
    return Inputs(kwargs=kwargs, before=lambda: filled.fill_(last))

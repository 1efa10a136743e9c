"""What a language model is called with: token ids and a mask that hides none of them."""

from __future__ import annotations

from typing import Any

from skipx.errors import UsageError
from skipx.prefill.models.workload import Inputs, MakeInputs

_RESERVED = 10
"""Ids below are padding and the like."""


def prompts(name: str, config: Any, device: str, sequence_to: int) -> MakeInputs:
    """Return the maker of a batch of prompts; their ids are spread over the vocabulary."""

    def make(batch: int, sequence: int) -> Inputs:
        import torch

        require_length(name, sequence, sequence_to)
        with torch.device(device):
            # Not torch.randint: ids must be known where tensors hold no values.
            count = torch.arange(batch * sequence)
            ids = (count * 7919 + 104729) % (config.vocab_size - _RESERVED) + _RESERVED
            mask = torch.ones(batch, sequence, dtype=torch.long)
        return Inputs(kwargs={"input_ids": ids.view(batch, sequence), "attention_mask": mask})

    return make


def require_length(name: str, sequence: int, sequence_to: int) -> None:
    """Raise ``UsageError`` where a model does not take sequences of that length."""
    if not 1 <= sequence <= sequence_to:
        raise UsageError(
            f"takes sequences of 1 to {sequence_to} tokens, not {sequence}", where=name
        )

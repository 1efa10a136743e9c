"""The models that skipx builds offline, as transformers configures them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Configuration:
    """A model's configuration: the ``model_type`` of transformers, and what differs from it.

    ``head`` is the one that the model has where none is asked for. ``sequence_to`` is the longest
    sequence that it takes.
    """

    model_type: str
    head: str
    sequence_to: int
    settings: Mapping[str, Any]


_ENCODER = {
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
}


def _decoder(
    vocabulary: int, hidden: int, intermediate: int, layers: int, heads: int, kv_heads: int
) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary,
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
    }


_ROPE_LLAMA_3 = {
    "rope_type": "llama3",
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
_GEMMA = {"head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6}
_FALCON = {
    "vocab_size": 65024,
    "hidden_size": 4544,
    "num_hidden_layers": 32,
    "num_attention_heads": 71,
    "multi_query": True,
    "parallel_attn": True,
    "bias": False,
}

CONFIGURATIONS: Mapping[str, Configuration] = {
    "bert-base-uncased": Configuration("bert", "none", 512, _ENCODER | {"vocab_size": 30522}),
    "xlm-roberta-base": Configuration(
        "xlm-roberta",
        "lm",
        512,
        _ENCODER
        | {
            "vocab_size": 250002,
            "max_position_embeddings": 514,
            "type_vocab_size": 1,
            "layer_norm_eps": 1e-5,
        },
    ),
    "gpt2": Configuration("gpt2", "lm", 1024, {}),
    "Llama-3.2-1B": Configuration(
        "llama",
        "lm",
        131072,
        _decoder(128256, 2048, 8192, 16, 32, 8)
        | {
            "head_dim": 64,
            "max_position_embeddings": 131072,
            "rms_norm_eps": 1e-5,
            "rope_theta": 5e5,
            "rope_scaling": _ROPE_LLAMA_3,
            "tie_word_embeddings": True,
            "bos_token_id": 128000,
            "eos_token_id": 128001,
        },
    ),
    "gemma-2b": Configuration(
        "gemma", "lm", 8192, _decoder(256000, 2048, 16384, 18, 8, 1) | _GEMMA
    ),
    "gemma-7b": Configuration(
        "gemma", "lm", 8192, _decoder(256000, 3072, 24576, 28, 16, 16) | _GEMMA
    ),
    "Llama-2-7b": Configuration(
        "llama",
        "lm",
        4096,
        _decoder(32000, 4096, 11008, 32, 32, 32) | {"max_position_embeddings": 4096},
    ),
    "Mistral-7B-v0.1": Configuration(
        "mistral", "lm", 4096, _decoder(32000, 4096, 14336, 32, 32, 8) | {"sliding_window": 4096}
    ),
    "Qwen2-7B": Configuration(
        "qwen2",
        "lm",
        131072,
        _decoder(152064, 3584, 18944, 28, 28, 4)
        | {"rope_theta": 1e6, "rms_norm_eps": 1e-6, "max_position_embeddings": 131072},
    ),
    "falcon-7b": Configuration("falcon", "lm", 2048, _FALCON),
}
"""By name. Sources: each model's public configuration file."""

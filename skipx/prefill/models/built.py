"""Models of transformers built offline from their configuration, with random weights.

A pass takes as long whatever the weights hold, so none are needed.
"""

from __future__ import annotations

from typing import Any

from skipx.errors import UsageError
from skipx.prefill.models.configurations import CONFIGURATIONS, Configuration
from skipx.prefill.models.options import Options

HEADS = ("none", "lm")
_MASKED = frozenset({"bert", "xlm-roberta"})


def build(name: str, options: Options) -> Any:
    """Return the model of ``CONFIGURATIONS`` on the device and in the dtype of the options."""
    import transformers

    configuration = CONFIGURATIONS[name]
    config = transformers.AutoConfig.for_model(configuration.model_type, **configuration.settings)
    return from_config(config, name, options, options.head or configuration.head)


def from_config(config: Any, name: str, options: Options, head: str) -> Any:
    """Return a model of a configuration, its weights random."""
    import torch

    torch.manual_seed(0)
    with torch.device(options.device):
        try:
            model = automatic_class(config.model_type, head).from_config(
                config, attn_implementation=options.implementation
            )
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"has no {options.attention} attention here: {_first_sentence(error)}", where=name
            ) from error
    return model.to(options.torch_dtype).eval()


def automatic_class(model_type: str, head: str) -> Any:
    """Return the class of transformers that makes models of a type with a head."""
    import transformers

    if head not in HEADS:
        raise UsageError(f"there is no head {head!r}", hint=f"one of {', '.join(HEADS)}")
    if head == "none":
        return transformers.AutoModel
    if model_type in _MASKED:
        return transformers.AutoModelForMaskedLM
    return transformers.AutoModelForCausalLM


def usual_head(model_type: str) -> str:
    """Return the head of a model that names none: the one that it is published with."""
    return "none" if model_type == "bert" else "lm"


def _first_sentence(error: Exception) -> str:
    return str(error).split(". ")[0]


__all__ = ["HEADS", "Configuration", "automatic_class", "build", "from_config", "usual_head"]

"""Models by a name on the Hugging Face hub, or by the folder that holds one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skipx.errors import BadInputError, MissingDependencyError
from skipx.prefill.models.built import automatic_class, from_config, usual_head
from skipx.prefill.models.options import Options
from skipx.prefill.models.workload import UNLIMITED

_WEIGHTS = ("*.safetensors", "*.bin")


def load_pretrained(name: str, options: Options) -> tuple[Any, str, str]:
    """Return the model, its head, and whether its weights are ``loaded`` or ``random``.

    A folder without weights needs only its config.json: its model gets random ones.

    Raises:
        BadInputError: the folder holds no model.
        MissingDependencyError: the hub does not answer, or has no such model.
    """
    import transformers

    folder = Path(name).is_dir()
    try:
        config = transformers.AutoConfig.from_pretrained(name, local_files_only=folder)
        head = options.head or usual_head(config.model_type)
        if folder and not any(list(Path(name).glob(pattern)) for pattern in _WEIGHTS):
            return from_config(config, name, options, head), head, "random"
        model = automatic_class(config.model_type, head).from_pretrained(
            name, attn_implementation=options.implementation, local_files_only=folder
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _refusal(name, folder, error) from error
    return model.to(device=options.device, dtype=options.torch_dtype).eval(), head, "loaded"


def longest_sequence(config: Any) -> int:
    """Return the longest sequence that a configuration allows."""
    found = getattr(config, "max_position_embeddings", None) or UNLIMITED
    # RoBERTa's positions begin behind the padding token's.
    return int(found) - (config.pad_token_id + 1 if "roberta" in config.model_type else 0)


def _refusal(name: str, folder: bool, error: Exception) -> BadInputError | MissingDependencyError:
    reason = str(error).partition("\n")[0]
    if folder:
        return BadInputError(f"holds no model that can be loaded: {reason}", where=name)
    return MissingDependencyError(
        f"the model {name!r} cannot be had: {reason}",
        hint="give a folder that holds it, or a model that skipx builds offline",
    )

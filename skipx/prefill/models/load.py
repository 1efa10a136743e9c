"""From what a user writes for a model to a workload: a name, a folder, or a function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skipx.errors import MissingDependencyError, UsageError
from skipx.prefill.models.built import build
from skipx.prefill.models.configurations import CONFIGURATIONS
from skipx.prefill.models.decode import decode_steps, has_static_cache
from skipx.prefill.models.options import Options
from skipx.prefill.models.own import NAMED, load_own
from skipx.prefill.models.pretrained import load_pretrained, longest_sequence
from skipx.prefill.models.tokens import prompts
from skipx.prefill.models.workload import Workload


def load_workload(
    model: str,
    *,
    head: str = "",
    attention: str = "eager",
    dtype: str = "float16",
    device: str = "cpu",
) -> Workload:
    """Return the workload that ``model`` names, ready on ``device``.

    A name of ``CONFIGURATIONS`` is built offline with random weights. ``MODULE:FUNCTION`` or
    ``FILE.py:FUNCTION`` is the user's own, whose dtype, head and attention are his. Anything else
    is a folder, or a name on the Hugging Face hub.

    Raises:
        UsageError: there is no such model, or it has not what is asked for.
        BadInputError: a folder holds no model.
        MissingDependencyError: torch or transformers is not installed, or the hub does not answer.
    """
    options = Options(head, attention, dtype, device)
    _require_packages()
    if model in CONFIGURATIONS:
        configuration = CONFIGURATIONS[model]
        used = head or configuration.head
        built = build(model, options)
        return _language_model(model, built, options, used, "random", configuration.sequence_to)
    if NAMED.fullmatch(model) and not Path(model).exists():
        return _own(model, options)
    if not model.strip():
        raise UsageError("the name of the model is empty")
    loaded, used, weights = load_pretrained(model, options)
    limit = longest_sequence(loaded.config)
    return _language_model(model, loaded, options, used, weights, limit)


def _language_model(
    name: str, model: Any, options: Options, head: str, weights: str, sequence_to: int
) -> Workload:
    decode = None
    if has_static_cache(model):
        decode = decode_steps(name, model, options.device, sequence_to)
    return Workload(
        name=name,
        model=model,
        make_inputs=prompts(name, model.config, options.device, sequence_to),
        facts=_facts(name, model, options) | {"head": head, "weights": weights},
        make_decode=decode,
        attention=options.attention_context(),
        sequence_to=sequence_to,
    )


def _own(name: str, options: Options) -> Workload:
    model, make_inputs = load_own(name, options.device)
    dtypes = {str(item.dtype).removeprefix("torch.") for item in model.parameters()}
    found = {"dtype": ", ".join(sorted(dtypes)), "head": None, "weights": "the user's own"}
    return Workload(name, model, make_inputs, _facts(name, model, options) | found)


def _facts(name: str, model: Any, options: Options) -> dict[str, Any]:
    """Return what was made, as it is found on the model."""
    import torch
    import transformers

    config = getattr(model, "config", None)
    return {
        "model": name,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "dtype": options.dtype,
        "device": options.device,
        "attention": options.attention,
        "effective_attention": getattr(config, "_attn_implementation", None),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def _require_packages() -> None:
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"models need {error.name}", hint='pip install "skipx[torch]"'
        ) from error

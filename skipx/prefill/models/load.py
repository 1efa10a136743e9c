"""From what a user writes for a model to a workload: a name, a folder, or a function."""

from __future__ import annotations

from typing import Any

from skipx.errors import MissingDependencyError
from skipx.prefill.models.built import build
from skipx.prefill.models.configurations import CONFIGURATIONS
from skipx.prefill.models.options import Options
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

    A name of ``CONFIGURATIONS`` is built offline with random weights.

    Raises:
        UsageError: there is no such model, or it has not what is asked for.
        MissingDependencyError: torch or transformers is not installed.
    """
    options = Options(head, attention, dtype, device)
    _require_packages()
    configuration = CONFIGURATIONS[model]
    built = build(model, options)
    return Workload(
        name=model,
        model=built,
        make_inputs=prompts(model, built.config, device, configuration.sequence_to),
        facts=facts(model, built, options, options.head or configuration.head, "random"),
        attention=options.attention_context(),
    )


def facts(name: str, model: Any, options: Options, head: str, weights: str) -> dict[str, Any]:
    """Return what was made, as it is found on the model."""
    import torch
    import transformers

    config = getattr(model, "config", None)
    return {
        "model": name,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "head": head,
        "dtype": options.dtype,
        "device": options.device,
        "weights": weights,
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

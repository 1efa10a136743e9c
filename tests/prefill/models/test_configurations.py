"""Parameters of the ten models, as models-and-platforms.md has them; built without any memory."""

from __future__ import annotations

import pytest

from skipx.errors import UsageError
from skipx.prefill.models import CONFIGURATIONS, load_workload

pytest.importorskip("torch")
pytest.importorskip("transformers")

# XLM-RoBERTa's are those of the bare encoder; BERT's too, which has no head here.
MILLIONS = {
    "bert-base-uncased": ("none", 109.5),
    "xlm-roberta-base": ("none", 278.0),
    "gpt2": ("lm", 124.4),
    "Llama-3.2-1B": ("lm", 1235.8),
    "gemma-2b": ("lm", 2506.2),
    "gemma-7b": ("lm", 8537.7),
    "Llama-2-7b": ("lm", 6738.4),
    "Mistral-7B-v0.1": ("lm", 7241.7),
    "Qwen2-7B": ("lm", 7615.6),
    "falcon-7b": ("lm", 6921.7),
}


def test_these_are_the_ten() -> None:
    assert set(MILLIONS) == set(CONFIGURATIONS)


@pytest.mark.parametrize("model", MILLIONS)
def test_parameters(model: str) -> None:
    head, millions = MILLIONS[model]
    workload = load_workload(model, head=head, device="meta")
    assert workload.facts["parameters"] / 1e6 == pytest.approx(millions, abs=0.05)
    assert workload.facts["effective_attention"] == "eager"
    assert workload.facts["weights"] == "random"
    assert {str(item.dtype) for item in workload.model.parameters()} == {"torch.float16"}
    assert workload.sequence_to == CONFIGURATIONS[model].sequence_to


def test_rotary_frequencies_of_llama_3() -> None:
    """Base 500,000, and the lowest frequencies slowed down by the factor 32."""
    rotary = load_workload("Llama-3.2-1B", dtype="float32", device="meta").model.config
    parameters = getattr(rotary, "rope_parameters", None) or rotary.rope_scaling
    assert parameters["rope_type"] == "llama3"
    assert parameters["factor"] == 32.0
    assert parameters["original_max_position_embeddings"] == 8192
    assert getattr(rotary, "rope_theta", None) or parameters["rope_theta"] == 5e5


def test_heads() -> None:
    bare = load_workload("gpt2", head="none", device="meta")
    assert not hasattr(bare.model, "lm_head")
    masked = load_workload("bert-base-uncased", head="lm", device="meta")
    assert type(masked.model).__name__ == "BertForMaskedLM"


@pytest.mark.parametrize(
    ("option", "value"),
    [("head", "tail"), ("attention", "fast"), ("attention", "sdpa:fast"), ("dtype", "int8")],
)
def test_what_there_is_not(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"no {option} '{value}'"):
        load_workload("gpt2", device="meta", **{option: value})


def test_sequences_that_are_too_long() -> None:
    workload = load_workload("bert-base-uncased", device="meta")
    with pytest.raises(UsageError, match="1 to 512 tokens, not 513"):
        workload.prefill(1, 513)

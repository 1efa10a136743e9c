"""The worked fusions: the same numbers as the model, in one kernel, at every place."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from skipx.prefill.models import CONFIGURATIONS, Workload, load_workload

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

# The compiler imports parts of torch that torch itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")

FUSIONS = Path(__file__).resolve().parents[2] / "bench" / "fusions"
TINY: Mapping[str, Mapping[str, Any]] = {
    "gpt2": {"n_layer": 10, "n_embd": 32, "n_head": 2, "vocab_size": 1200},
    "Llama-3.2-1B": {
        "vocab_size": 1200,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 5,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "bos_token_id": 0,
        "eos_token_id": 1,
    },
}
PLACES = {"gpt2_gelu": 10, "llama_rms_norm": 2 * 5 + 1}
"""More than the 8 variants after which torch.compile gives up on a function."""


@pytest.fixture(autouse=True)
def tiny_models(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(folder / "inductor"))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.syspath_prepend(FUSIONS)
    for name, settings in TINY.items():
        small = dataclasses.replace(CONFIGURATIONS[name], settings=settings)
        monkeypatch.setitem(CONFIGURATIONS, name, small)
    torch.compiler.reset()


def logits(workload: Workload, batch: int = 2, sequence: int = 24) -> Any:
    return workload.prefill(batch, sequence)().logits  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PLACES)
def test_the_fused_model_gives_what_the_eager_one_gives_from_one_kernel(name: str) -> None:
    from torch._dynamo.utils import counters
    from torch._inductor.utils import run_and_get_code

    fusion = import_module(name)
    workload = load_workload(fusion.MODEL, dtype="float32")
    eager = logits(workload)
    assert fusion.fuse(workload.model) == PLACES[name]
    counters.clear()
    fused, code = run_and_get_code(logits, workload)
    torch.testing.assert_close(fused, eager, rtol=1e-4, atol=1e-5)
    # One region serves every place, and nothing of it ran eagerly.
    assert counters["stats"]["unique_graphs"] == 1
    assert not counters["graph_break"]
    assert [text.count("= async_compile.") for text in code] == [1]


@pytest.mark.parametrize("name", PLACES)
def test_the_region_is_the_models_own_formula(name: str) -> None:
    fusion = import_module(name)
    torch.manual_seed(1)
    value = 3 * torch.randn(4, 6, 32, dtype=torch.float16)
    model = load_workload(fusion.MODEL).model
    if name == "gpt2_gelu":
        expected, found = model.transformer.h[0].mlp.act(value), fusion.gelu_new(value)
    else:
        norm = model.model.norm
        torch.nn.init.normal_(norm.weight)
        expected = norm(value)
        found = fusion.rms_norm(value, norm.weight, norm.variance_epsilon)
    assert torch.equal(found, expected)


@pytest.mark.parametrize("name", PLACES)
def test_the_runner_takes_both_models(name: str) -> None:
    fused = load_workload(f"{FUSIONS / name}.py:fused")
    eager = load_workload(f"{FUSIONS / name}.py:eager")
    assert fused.facts["dtype"] == "float16"
    assert fused.facts["parameters"] == eager.facts["parameters"]
    # Weights are random and the same; uncompiled, the region rounds as the model does.
    with torch.compiler.set_stance("force_eager"):
        assert torch.equal(logits(fused), logits(eager))

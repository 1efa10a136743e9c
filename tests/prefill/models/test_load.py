"""Models by folder, by name and by function, run on the CPU."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import BadInputError, ExitCode, MissingDependencyError, UsageError
from skipx.prefill.models import load_workload

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

LLAMA = {
    "model_type": "llama",
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
}
BERT = {
    "model_type": "bert",
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 128,
}


def folder(tmp_path: Path, **config: Any) -> str:
    (tmp_path / "config.json").write_text(json.dumps(config))
    return str(tmp_path)


@pytest.fixture(autouse=True)
def _no_module_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield
    sys.modules.pop("own_model", None)


def own(tmp_path: Path, body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    file = tmp_path / "own_model.py"
    file.write_text(f"import torch\n\n\ndef make():\n{lines}\n")
    return f"{file}:make"


def test_a_folder_with_a_configuration_alone_has_random_weights(tmp_path: Path) -> None:
    workload = load_workload(folder(tmp_path, **LLAMA), dtype="float32")
    assert workload.facts["weights"] == "random"
    assert workload.facts["head"] == "lm"
    assert workload.sequence_to == 128
    output: Any = workload.prefill(3, 7)()
    assert output.logits.shape == (3, 7, 64)


def test_a_folder_with_weights_has_those(tmp_path: Path) -> None:
    config = transformers.AutoConfig.for_model(**BERT)
    saved = transformers.AutoModel.from_config(config)
    saved.save_pretrained(tmp_path)
    workload = load_workload(str(tmp_path), dtype="float32")
    assert workload.facts["weights"] == "loaded"
    assert workload.facts["head"] == "none"
    name = "embeddings.word_embeddings.weight"
    assert torch.equal(workload.model.state_dict()[name], saved.state_dict()[name])


@pytest.mark.parametrize("attention", ["eager", "sdpa", "sdpa:math"])
def test_the_effective_attention_is_told(tmp_path: Path, attention: str) -> None:
    workload = load_workload(folder(tmp_path, **LLAMA), dtype="float32", attention=attention)
    assert workload.facts["attention"] == attention
    assert workload.facts["effective_attention"] == attention.partition(":")[0]
    eager = load_workload(folder(tmp_path, **LLAMA), dtype="float32")
    one, other = workload.prefill(2, 5)(), eager.prefill(2, 5)()
    torch.testing.assert_close(one.logits, other.logits)  # type: ignore[attr-defined]


def test_a_backend_that_is_asked_for_is_the_only_one(tmp_path: Path) -> None:
    workload = load_workload(folder(tmp_path, **LLAMA), dtype="float32", attention="sdpa:math")
    allowed = []

    def forward(**_: Any) -> None:
        allowed.append((torch.backends.cuda.math_sdp_enabled(),
                        torch.backends.cuda.flash_sdp_enabled()))  # fmt: skip

    workload.prefill(1, 4, forward)()
    assert allowed == [(True, False)]


def test_flash_attention_2_where_it_is_not_installed(tmp_path: Path) -> None:
    if transformers.utils.is_flash_attn_2_available():
        pytest.skip("it is installed")
    with pytest.raises(UsageError, match="has no flash_attention_2 attention here"):
        load_workload(folder(tmp_path, **LLAMA), attention="flash_attention_2")


def test_the_compiled_model_can_stand_in_for_it(tmp_path: Path) -> None:
    workload = load_workload(folder(tmp_path, **LLAMA), dtype="float32")
    called = []
    workload.prefill(2, 5, lambda **inputs: called.append(inputs))()
    (inputs,) = called
    assert inputs["input_ids"].shape == inputs["attention_mask"].shape == (2, 5)
    assert inputs["attention_mask"].min() == 1
    assert 0 <= inputs["input_ids"].min() <= inputs["input_ids"].max() < 64


def test_a_decode_step_can_be_repeated(tmp_path: Path) -> None:
    workload = load_workload(folder(tmp_path, **LLAMA), dtype="float32")
    step = workload.decode(3, 9)
    outputs: list[Any] = [step().logits.clone() for _ in range(20)]  # type: ignore[attr-defined]
    assert outputs[0].shape == (3, 1, 64)
    for output in outputs[1:]:
        assert torch.equal(output, outputs[0])


def test_an_encoder_has_no_decode_step(tmp_path: Path) -> None:
    workload = load_workload(folder(tmp_path, **BERT), dtype="float32")
    with pytest.raises(UsageError, match="no decode step"):
        workload.decode(1, 8)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="holds no model"):
        load_workload(str(tmp_path))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(BadInputError, match="holds no model"):
        load_workload(str(tmp_path))


def test_a_name_without_a_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the hub's client raises when nothing answers, without asking.
    def offline(*_: object, **__: object) -> None:
        raise OSError("We couldn't connect to the hub\nand more")

    monkeypatch.setattr(transformers.AutoConfig, "from_pretrained", offline)
    with pytest.raises(MissingDependencyError, match="'some/model' cannot be had") as caught:
        load_workload("some/model")
    assert caught.value.exit_code is ExitCode.MISSING_DEPENDENCY
    with pytest.raises(UsageError, match="empty"):
        load_workload(" ")


def test_without_transformers_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingDependencyError, match=r"skipx\[torch\]"):
        load_workload("gpt2")


@pytest.mark.parametrize(
    "inputs",
    ["{'input': torch.ones(2, 3)}", "(torch.ones(2, 3),)", "torch.ones(2, 3)"],
)
def test_a_function_with_inputs_of_one_size(tmp_path: Path, inputs: str) -> None:
    workload = load_workload(own(tmp_path, f"return torch.nn.Linear(3, 5), {inputs}"))
    output: Any = workload.prefill(2, 3)()
    assert output.shape == (2, 5)
    with pytest.raises(UsageError, match="of size 2 x 3, not 4 x 3"):
        workload.prefill(4, 3)
    assert workload.facts["dtype"] == "float32"
    assert workload.facts["parameters"] == 20


def test_a_function_with_inputs_of_any_size(tmp_path: Path) -> None:
    body = "return torch.nn.Linear(3, 5), lambda b, s: torch.ones(b, s, 3)"
    output: Any = load_workload(own(tmp_path, body)).prefill(4, 7)()
    assert output.shape == (4, 7, 5)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("return torch.nn.Linear(3, 5)", "a model and its inputs"),
        ("return len, ()", "not a torch.nn.Module"),
        ("return torch.nn.Linear(3, 5), 7", "not a mapping, a tuple or a tensor"),
        ("raise RuntimeError('no luck')", "fails: RuntimeError: no luck"),
    ],
)
def test_a_function_that_returns_something_else(tmp_path: Path, body: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        load_workload(own(tmp_path, body)).prefill(1, 3)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("no_such_module_here:make", "no module 'no_such_module_here'"),
        ("json:no_such_function", "no function 'no_such_function'"),
        ("no_such_file.py:make", "no such file"),
    ],
)
def test_a_function_that_is_not_there(name: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        load_workload(name)

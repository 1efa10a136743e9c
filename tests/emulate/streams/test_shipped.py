"""The streams that come with skipx, against the table of models-and-platforms.md."""

from __future__ import annotations

import numpy as np
import pytest

from skipx.emulate.streams import STREAMS, OperatorStream, load_stream
from skipx.emulate.streams.catalog import StreamKey, key_of, load_key
from skipx.errors import UsageError

# Kernels of one forward: transformers 4.44 eager, sdpa; 5.23 eager, sdpa; then GEMMs.
TABLE = {
    "bert-base-uncased": (215, 154, 203, 155, 73),
    "xlm-roberta-base": (225, None, 213, 165, 74),
    "gpt2": (309, 212, 310, 238, 49),
    "Llama-3.2-1B": (782, 664, 821, 665, 113),
    "gemma-2b": (1049, 917, 958, 820, 127),
    "Llama-2-7b": (1470, 1240, 1541, 1305, 225),
}
PARAMETERS_M = {
    "bert-base-uncased": 109.5,
    "gpt2": 124.4,
    "Llama-3.2-1B": 1235.8,
    "gemma-2b": 2506.2,
    "gemma-7b": 8537.7,
    "Llama-2-7b": 6738.4,
    "Mistral-7B-v0.1": 7241.7,
    "Qwen2-7B": 7615.6,
    "falcon-7b": 6921.7,
}
COLUMNS = [("4.44", "eager"), ("4.44", "sdpa"), ("5.23", "eager"), ("5.23", "sdpa")]
CASES = [
    pytest.param(model, version, attention, kernels, row[4], id=f"{model}-{version}-{attention}")
    for model, row in TABLE.items()
    for (version, attention), kernels in zip(COLUMNS, row, strict=False)
    if kernels is not None
]


def names_of(stream: OperatorStream, batch: int = 1, sequence: int = 512) -> list[str]:
    operators = stream.at(batch, sequence)
    return [operators.names[name] for name in operators.name]


@pytest.mark.parametrize(("model", "version", "attention", "kernels", "gemms"), CASES)
def test_kernels_and_gemms_of_the_table(
    model: str, version: str, attention: str, kernels: int, gemms: int
) -> None:
    stream = load_stream(model, attention=attention, transformers=version)
    assert stream.kernel_count(1) == stream.at(1, 512).kernels.sum() == kernels
    # The table's GEMMs are those with weights; attention's own are batched.
    assert sum(name in ("aten::addmm", "aten::mm") for name in names_of(stream)) == gemms


def test_the_implied_count_of_the_paper() -> None:
    """Definitions 5: 225 kernels and one memset of each of 74 cuBLASLt products make K = 299."""
    operators = load_stream("xlm-roberta-base", transformers="4.44").at(1, 512)
    assert operators.kernels.sum() + operators.lt.sum() == 299


def test_all_ten_models_in_both_versions() -> None:
    there = {(key.model, key.transformers, key.attention) for key in STREAMS}
    for model in {*PARAMETERS_M, "xlm-roberta-base"}:
        for version, attention in COLUMNS:
            # transformers 4.44 has no scaled dot product attention for XLM-RoBERTa.
            absent = (model, version, attention) == ("xlm-roberta-base", "4.44", "sdpa")
            assert ((model, version, attention) in there) is not absent


@pytest.mark.parametrize("key", STREAMS, ids=lambda key: key.file_name)
def test_a_stream_is_what_its_file_is_named(key: StreamKey) -> None:
    stream = load_key(key)
    assert key_of(stream) == key
    assert stream.origin.verified_at
    assert not set(stream.origin.verified_at) & set(stream.origin.recorded_at)
    if key.model in PARAMETERS_M:
        assert stream.origin.parameters / 1e6 == pytest.approx(PARAMETERS_M[key.model], abs=0.1)


@pytest.mark.parametrize("key", STREAMS, ids=lambda key: key.file_name)
def test_columns_are_whole(key: StreamKey) -> None:
    stream = load_key(key)
    for batch, sequence in [(1, 512), (2, 128), (64, 512)]:
        operators = stream.at(batch, sequence)
        launching = (operators.kernels > 0) | (operators.copies > 0)
        assert (operators.flops >= 0).all()
        assert (operators.read_bytes[~launching] == 0).all()
        assert (operators.written_bytes[launching & ~operators.waits] > 0).all()
        gemm = operators.gemm_batch > 0
        product = 2 * operators.gemm_batch * operators.m * operators.n * operators.k
        assert (operators.flops[gemm] == product[gemm]).all()
        parents = operators.parent
        assert (parents < np.arange(len(operators))).all()
        inside = parents >= 0
        assert (operators.depth[inside] == operators.depth[parents[inside]] + 1).all()


def test_most_work_is_that_of_the_weights() -> None:
    """A decoder's forward takes about 2 FLOPs a parameter and token."""
    stream = load_stream("Llama-2-7b", transformers="4.44")
    operators = stream.at(4, 128)
    # All but the embedding, whose rows are looked up.
    weights = stream.origin.parameters - 32000 * 4096
    assert operators.flops.sum() == pytest.approx(2 * weights * 4 * 128, rel=0.05)


def test_what_does_not_ship_is_refused_with_what_does() -> None:
    with pytest.raises(UsageError, match=r"models that ship: .*gpt2"):
        load_stream("no-such-model")
    with pytest.raises(UsageError, match=r"4\.44"):
        load_stream("gpt2", transformers="4.40")
    stream = load_stream("gpt2")
    with pytest.raises(UsageError, match="1024"):
        stream.at(1, 1025)
    with pytest.raises(UsageError, match="at least 1"):
        stream.at(0, 512)


def test_the_newest_version_is_the_default() -> None:
    assert load_stream("gpt2").origin.transformers.startswith("5.23")

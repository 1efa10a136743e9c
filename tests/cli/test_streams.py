"""``skipx streams``: what ships is listed, another model is recorded, failures are one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from skipx.emulate.streams import STREAMS, load_stream
from skipx.errors import ExitCode
from tests.cli.conftest import Skipx

TINY = """
def tiny():
    import torch

    model = torch.nn.Sequential(torch.nn.Embedding(100, 32), torch.nn.Linear(32, 8))
    return model, lambda batch, sequence: torch.zeros(batch, sequence, dtype=torch.long)
"""


def test_every_stream_is_listed(skipx: Skipx) -> None:
    rows = skipx("streams", "list", "--json").json()["streams"]
    assert len(rows) == len(STREAMS)
    (gpt2,) = [
        row
        for row in rows
        if (row["model"], row["attention"], row["phase"]) == ("gpt2", "eager", "prefill")
        and row["transformers"].startswith("4.44")
    ]
    assert (gpt2["kernels"], gpt2["sequence_to"]) == (309, 1024)
    shown = skipx("streams", "list").out
    assert all(key.model in shown for key in STREAMS)
    assert "…" not in shown  # nothing is cut at 80 columns


def test_a_model_of_ones_own_is_recorded(skipx: Skipx, tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    file = tmp_path / "tiny_model.py"
    file.write_text(TINY)
    arguments = ("streams", "record", f"{file}:tiny", "--sequence-to", "1024", "-o", str(tmp_path))
    done = skipx(*arguments)
    (path,) = tmp_path.glob("*.json.gz")
    assert str(path) in done.err
    stream = load_stream(str(path))
    assert stream.kernel_count(1) == 2
    # Two FLOPs for each weight of the linear layer and token.
    assert stream.at(3, 7).flops.sum() == 2 * 32 * 8 * 21
    again = skipx(*arguments)
    assert again.code == ExitCode.USAGE
    assert "will not overwrite" in again.err
    assert skipx(*arguments, "--force").code == ExitCode.OK


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("gpt2", "--phase", "training"), "no phase 'training'"),
        (("gpt2", "--attention", "fast"), "no attention 'fast'"),
        (("gpt2", "-o", "no/such/folder"), "is no folder"),
        (("no_such_file.py:make",), "no such file"),
        (("bert-base-uncased", "--phase", "decode"), "no decode step"),
    ],
)
def test_what_cannot_be_recorded_is_one_line(
    skipx: Skipx, arguments: tuple[str, ...], complaint: str
) -> None:
    pytest.importorskip("transformers")
    done = skipx("streams", "record", *arguments)
    assert done.code == ExitCode.USAGE
    assert complaint in done.err
    assert done.err.count("\n") == 1

"""The table of predictions: verdicts, the guesses beside them, and a line for each test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from skipx.whatif.validation import Unit, Validated

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("validation.table")


def graph(predicted: float | None, guess: float = 50.0, **fields: Any) -> Validated:
    return Validated("V3", "gpt2", "latency", predicted, 100.0, {"eq. 8": guess}, **fields)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (graph(104.9), "reached"),
        (graph(106.0), "MISSED"),
        (graph(104.0, guess=99.0), "MISSED: a simpler guess is closer"),
        # As close, within 1 %.
        (graph(104.0, guess=96.5), "reached"),
        (graph(None), "refused"),
        (graph(200.0, synthetic=True), "synthetic"),
        (Validated("V1", "a", "IL", 100.4, 100.0), "reached"),
        (Validated("V1", "a", "IL", 100.6, 100.0), "MISSED"),
        (Validated("V2", "a", "IL", 150.0, 100.0), "-"),
        (Validated("V5", "a", "queue depth", 1024, 1021), "reached"),
        (Validated("V5", "a", "queue depth", 1024, 512), "MISSED"),
        (Validated("V4", "a", "added by pauses", 150, 100, {"all": 300}), "reached"),
    ],
)
def test_verdicts(table: Any, row: Validated, verdict: str) -> None:
    assert table.verdict(row) == verdict


def test_rows_their_guesses_and_the_summary(table: Any) -> None:
    depth = Validated("V5", "burst", "queue depth", 1024, 512, {}, "depth: default", Unit.LAUNCHES)
    lines = list(table.table([graph(104.0, note="3 iterations"), graph(110.0), depth]))
    first, guess, second, _, last = (" ".join(line.split()) for line in lines[1:6])
    assert first == "V3 gpt2 latency 104 ns 100 ns +4.00 % reached; 3 iterations"
    assert guess == "eq. 8 50 ns -50.00 %"
    assert second == "V3 gpt2 latency 110 ns 100 ns +10.00 % MISSED"
    assert last == "V5 burst queue depth 1,024 512 +100.00 % MISSED; depth: default"
    assert lines[7:] == [
        "V1     nothing to compare",
        "V2     nothing to compare",
        "V3     2 rows, 1 reached, 1 MISSED; error 7.00 %, at most 10.00 %; eq. 8 50.00 %",
        "V4     nothing to compare",
        "V5     1 rows, 1 MISSED; error 100.00 %, at most 100.00 %",
        "chain  nothing to compare",
        "fusion nothing to compare",
    ]


def test_what_proves_nothing_is_marked(table: Any) -> None:
    lines = list(table.table([graph(104.0, synthetic=True)]))
    assert lines[0].startswith("SYNTHETIC")
    assert "V3     1 rows, 1 synthetic" in lines[-5]

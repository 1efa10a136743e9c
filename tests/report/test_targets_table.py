"""The paper's figures beside the emulator's."""

from __future__ import annotations

import json

from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import TARGETS, Kind, Target
from skipx.report.json_text import json_text
from skipx.report.targets_table import (
    others_note,
    targets_document,
    targets_sheet,
    targets_table,
)
from tests.report.rendering import controls, rendered, widest


def target(kind: Kind, paper: float | tuple[int, int], **more: object) -> Target:
    return Target(kind, "gpt2", "gh200", paper, "section V", **more)  # type: ignore[arg-type]


FOUND = [
    Reproduced(
        target(Kind.LATENCY_RATIO, 2.0, other="amd-a100", batch=8, tolerance=0.1, fitted=True), 2.1
    ),
    Reproduced(
        target(Kind.LATENCY_RATIO, 2.0, other="intel-h100", batch=64, tolerance=0.1, fitted=True),
        2.5,
    ),
    Reproduced(target(Kind.INFLECTION, 32), 32),
    Reproduced(
        target(Kind.CROSSOVER, 16, other="intel-h100", reason="one host scale a platform"), None
    ),
    Reproduced(target(Kind.BALANCED, (16, 32)), (16, 32)),
    Reproduced(target(Kind.BALANCED, (4, 8)), (8, 8)),
]


def test_the_table_fits_and_tells_what_is_reproduced() -> None:
    text = rendered(targets_table(FOUND))
    assert widest(text) <= 80
    assert controls(text) == set()
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert rows[3:] == [
        "latency ratio, the presets were fitted to it",
        "gpt2, gh200 / amd-a100 8 2.00x 2.10x yes",
        "gpt2, gh200 / intel-h100 64 2.00x 2.50x no",
        "inflection, predicted",
        "gpt2, gh200 32 32 yes",
        "crossover, predicted",
        "gpt2, gh200 / intel-h100 16 > 128 no [1]",
        "balanced region, predicted",
        "gpt2, gh200 16–32 16–32 yes",
        "gpt2, gh200 4–8 8 no",
        "",
        "1 of 2 figures that the presets were fitted to are reached",
        "2 of 4 predicted are reached",
        "[1] one host scale a platform",
    ]


def test_figures_that_are_not_among_those_shown_are_counted() -> None:
    every = [Reproduced(target, target.paper) for target in TARGETS]
    assert others_note(every) == ""
    told = others_note(every[:-3])
    assert told.startswith(f"{len(TARGETS) - 3} of the {len(TARGETS)} figures of the paper")
    assert "the other 3" in told
    assert told.endswith("skipx run tells them all.")


def test_every_target_of_the_paper_can_be_shown() -> None:
    text = rendered(targets_table([Reproduced(target, target.paper) for target in TARGETS]))
    assert widest(text) <= 80
    assert " no" not in text


def test_the_sheet_and_the_document_have_a_row_a_target() -> None:
    document = json.loads(json_text(targets_document(FOUND)))
    assert [row["reproduced"] for row in document] == [one.holds for one in FOUND]
    assert document[3]["emulated"] == "> 128"
    assert document[3]["reason"] == "one host scale a platform"
    sheet = targets_sheet(FOUND)
    assert [set(row) for row in sheet.rows] == [set(sheet.columns)] * len(FOUND)

"""Chromium, and reports to load in it, each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skipx.examples import example_path
from skipx.records import Source
from skipx.report.document.blocks import Document
from skipx.report.document.compare_document import compare_document
from skipx.report.html.page import html_page
from skipx.sources import read_trace
from tests.report.comparisons import long_names, named, swept
from tests.report.html.browser import Browser, chromium
from tests.report.reports import (
    HOSTILE,
    STAMP,
    document,
    hostile_trace,
    long_trace,
    predictions,
    small_trace,
    sweep_report,
)
from tests.report.sweeps import renamed, sweep_analysis
from tests.traces import trace_path

SCREENSHOTS = Path(__file__).resolve().parents[3] / "build" / "screenshots"

REAL = ("h100_vit_nsfw.json.gz", "a100_nccl_multistream.json.gz", "mi300_xdit_sd3.5.json.gz")

MAKERS: dict[str, Callable[[], Document]] = {
    "example": lambda: document(read_trace(example_path())),
    "emulated": lambda: document(small_trace(source=Source(kind="emulated", synthetic=True))),
    "hostile": lambda: document(hostile_trace(), predictions=predictions(warnings=[HOSTILE])),
    "long": lambda: document(long_trace(50_000)),
    "run": lambda: sweep_report(sweep_analysis(full_from=64)),
    "hostile-run": lambda: sweep_report(renamed(HOSTILE)),
    "comparison": lambda: compare_document(swept(), stamp=STAMP),
    "long-names": lambda: compare_document(long_names(), stamp=STAMP),
    "hostile-comparison": lambda: compare_document(named(HOSTILE), stamp=STAMP),
    **{
        name.split(".json")[0]: lambda name=name: document(read_trace(trace_path(name)))  # type: ignore[misc]
        for name in REAL
    },
}

Page = Callable[[str], Path]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Return a function that gives the path of a report by its name in ``MAKERS``."""
    folder = tmp_path_factory.mktemp("reports")

    def path(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(html_page(MAKERS[name]()), encoding="utf-8")
        return file

    return path

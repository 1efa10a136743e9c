"""What every page owes whoever reads it: it fits, it is inert, and it says what is synthetic."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rich.console import RenderableType

from skipx.report.analysis_page import AnalysisPage
from skipx.report.chains_page import ChainsPage
from skipx.report.doctor_page import DoctorPage, Probe
from skipx.report.findings_page import FindingsPage
from skipx.report.metrics_page import BreakdownPage, OverviewPage
from tests.report.rendering import controls, rendered, widest
from tests.report.results import (
    FINDINGS,
    HOSTILE,
    LONG,
    MARKUP,
    analysis,
    chain_analysis,
    no_metrics,
)

Page = Callable[[bool, bool], RenderableType]
"""Makes a page, synthetic or not, verbose or not."""

PAGES: dict[str, Page] = {
    "analysis": lambda s, v: AnalysisPage(analysis(synthetic=s), verbose=v),
    "no kernels": lambda s, v: AnalysisPage(analysis(synthetic=s, total=no_metrics()), verbose=v),
    "overview": lambda s, v: OverviewPage([analysis(synthetic=s), analysis()], verbose=v),
    "by thread": lambda s, v: BreakdownPage(analysis(synthetic=s), "thread", verbose=v),
    "chains": lambda s, v: ChainsPage(chain_analysis(synthetic=s), verbose=v),
    "findings": lambda s, v: FindingsPage(MARKUP, FINDINGS, misleads=True, synthetic=s, verbose=v),
}

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
verbosity = pytest.mark.parametrize("verbose", [False, True], ids=["", "-v"])


@every_page
@verbosity
@pytest.mark.parametrize("width", [80, 120, 200])
def test_page_fits_the_width(page: Page, verbose: bool, width: int) -> None:
    assert widest(rendered(page(False, verbose), width=width)) <= width


@every_page
@verbosity
def test_names_reach_no_terminal_as_commands(page: Page, verbose: bool) -> None:
    assert controls(rendered(page(False, verbose), width=120)) == set()


@every_page
def test_markup_in_names_is_text(page: Page) -> None:
    text = rendered(page(False, True), width=1000)
    assert "[bold]not bold[/bold]" in text


@every_page
@verbosity
def test_synthetic_results_say_so(page: Page, verbose: bool) -> None:
    assert "SYNTHETIC" in rendered(page(True, verbose))
    assert "SYNTHETIC" not in rendered(page(False, verbose))


@pytest.mark.parametrize("name", ["analysis", "by thread", "chains", "findings"])
def test_verbose_shows_names_in_full(name: str) -> None:
    def squeezed(text: str) -> str:
        return re.sub(r"\s+", "", text)

    page = PAGES[name]
    assert squeezed(LONG) in squeezed(rendered(page(False, True), width=1000))
    assert squeezed(LONG) not in squeezed(rendered(page(False, False), width=200))


def test_shortened_names_keep_both_ends() -> None:
    text = rendered(AnalysisPage(analysis()), width=120)
    assert re.search(r"at::native::vectorized\S*….*>\(int\)", text)


def test_wide_terminals_get_more_columns() -> None:
    page = AnalysisPage(analysis())
    narrow, wide = rendered(page, width=80), rendered(page, width=120)
    assert "of TKLQT" not in narrow
    assert "of TKLQT" in wide
    assert len(wide.splitlines()) < len(narrow.splitlines())


def test_no_kernels_makes_no_numbers_up() -> None:
    text = rendered(AnalysisPage(analysis(total=no_metrics(), quality=())))
    assert "no bound class" in text
    assert "There are no kernels" in text
    assert "TKLQT" not in text


def test_overview_names_the_traces_that_mislead() -> None:
    good = analysis(file="good.json", quality=())
    bad = analysis(file="bad.json.gz")
    text = rendered(OverviewPage([good, bad]))
    below = text[text.index("would mislead") :]
    assert "bad" in below
    assert "negative-t_l" in below
    assert "good" not in below
    assert "would mislead" not in rendered(OverviewPage([good, good]))


def test_breakdown_has_a_row_for_each_part_and_all() -> None:
    text = rendered(BreakdownPage(analysis(), "region"))
    for label in ("ProfilerStep#0", "ProfilerStep#1", "ProfilerStep#2", " all "):
        assert label in text


def test_breakdown_of_nothing_says_so() -> None:
    text = rendered(BreakdownPage(analysis(by_region=()), "region"))
    assert "no region to break it down by" in text


def test_findings_come_gravest_first() -> None:
    text = rendered(FindingsPage("f", FINDINGS, misleads=True))
    places = [text.index(name) for name in ("negative-t_l", "orphan-kernels", "unknown-api")]
    assert places == sorted(places)
    assert "1 error, 1 warning, 1 note" in text


@pytest.mark.parametrize(
    ("core", "says"), [(True, "reads and analyzes traces here"), (False, "does not work here")]
)
def test_doctor_says_whether_the_core_works(core: bool, says: str) -> None:
    probes = [
        Probe("core", "native module", core, HOSTILE),
        Probe("optional", "torch", False, "not installed", 'pip install "skipx[torch]"'),
    ]
    text = rendered(DoctorPage(probes))
    assert says in text
    assert 'pip install "skipx[torch]"' in text
    assert controls(text) == set()
    assert widest(text) <= 80

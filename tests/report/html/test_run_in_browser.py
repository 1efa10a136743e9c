"""The page of a whole run of four models, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skipx.prefill.run_platforms import RunPlatforms
from skipx.report.document.run_details import RunDetails
from skipx.report.html.page import html_page
from tests.report.html.browser import Browser
from tests.report.html.test_page import BUDGET
from tests.report.reports import HOSTILE, hostile_trace, predictions, results, sweep_report
from tests.report.runs import emulated_run
from tests.report.sweeps import renamed

MODELS = 4
SCREENSHOTS = Path(__file__).resolve().parents[3] / "build" / "screenshots"

# Of each chart whether its canvas shows more than its background and its axes.
DRAWN = """
return [...document.querySelectorAll('[data-chart]')].map((place) => {
  const canvas = place.querySelector('canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return [place.dataset.chart, new Set(new Uint32Array(data.buffer)).size > 3];
});
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    file = folder / "run.html"
    file.write_text(html_page(emulated_run(folder / "out")), encoding="utf-8")
    return file


def test_a_run_of_four_models_keeps_to_the_budget_of_a_page(page: Path) -> None:
    assert page.stat().st_size < BUDGET


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_every_chart_of_a_run_is_drawn_and_fits(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    browser.open(page, width=width, scheme=scheme)
    assert browser.log() == []
    assert [url for url in browser.requests() if not url.startswith("data:")] == [page.as_uri()]
    drawn = dict(browser.run(DRAWN))
    assert [chart for chart, done in drawn.items() if not done] == []
    names = ("timeline", "chain-speedup", "chain-counts", "ttft", "tklqt", "gpu", "cpu", "parts")
    for name in names:
        assert sum(chart.endswith(f"-{name}") for chart in drawn) == MODELS, name
    assert "plan-curve" in drawn
    assert browser.run("return document.documentElement.scrollWidth") == width
    browser.screenshot(SCREENSHOTS / f"whole-run-{width}-{scheme}.png", height=20_000)


def test_each_timeline_keeps_a_stretch_of_its_own(browser: Browser, page: Path) -> None:
    browser.open(page)
    charts = browser.run(
        "return [...document.querySelectorAll('.timeline [data-chart]')]"
        ".map((place) => place.dataset.chart)"
    )
    assert len(charts) == MODELS
    browser.keys(f"[data-chart={charts[1]}]", "+")
    state = browser.run("return [...new URLSearchParams(location.hash.slice(1)).keys()]")
    assert state == [charts[1]]
    fragment = "#" + browser.address().partition("#")[2]
    browser.open(page, fragment)
    browser.keys(f"[data-chart={charts[2]}]", "0")
    assert "#" + browser.address().partition("#")[2] == fragment
    assert browser.log() == []


def test_a_run_prints_whole_tables(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.command("Emulation.setEmulatedMedia", {"media": "print"})
    heights = browser.run(
        "return [...document.querySelectorAll('.scroll')]"
        ".map((box) => box.scrollHeight - box.clientHeight)"
    )
    assert set(heights) <= {0}
    browser.command("Emulation.setEmulatedMedia", {"media": ""})


def test_hostile_names_of_models_and_platforms_stay_text(browser: Browser, tmp_path: Path) -> None:
    analysis = renamed(HOSTILE)
    point = analysis.points[0].point
    details = RunDetails(platforms=RunPlatforms(unknown=[HOSTILE])).with_close_up(
        point, results(hostile_trace(), predictions(warnings=[HOSTILE]))
    )
    details = details.with_predictions(replace(point, batch=2), None, HOSTILE)
    file = tmp_path / "hostile.html"
    file.write_text(html_page(sweep_report(analysis, details=details)), encoding="utf-8")
    browser.open(file)
    assert browser.log() == []
    assert browser.run("return window.pwned") is None
    assert browser.run("return document.querySelectorAll('img, b, iframe').length") == 0
    body = browser.run("return document.body.innerText")
    assert body.count(HOSTILE) > 10
    timeline = browser.run("return document.querySelector('.timeline figcaption h3').textContent")
    assert timeline.startswith(HOSTILE)

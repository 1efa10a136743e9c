"""Reports in a real browser: what they load, draw, sort, keep, and refuse to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.report.html.browser import Browser
from tests.report.html.conftest import MAKERS, Page
from tests.report.reports import HOSTILE

SCREENSHOTS = Path(__file__).resolve().parents[3] / "build" / "screenshots"

# Of each chart: how many colours its canvas shows. A blank one shows one.
COLOURS = """
return [...document.querySelectorAll('[data-chart]')].map((place) => {
  const canvas = place.querySelector('canvas');
  const {width, height} = canvas;
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  return [place.dataset.chart, new Set(new Uint32Array(data.buffer)).size];
});
"""

# Texts whose contrast with what is behind them is too low (WCAG 2.1, 1.4.3: 4.5, large text 3).
LOW_CONTRAST = """
const channels = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const rgb = channels(getComputedStyle(at).backgroundColor);
    if (rgb.length < 4 || rgb[3] === 1) return rgb;
  }
  return [255, 255, 255];
};
const low = [];
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!own || !element.checkVisibility()) continue;
  const style = getComputedStyle(element);
  const [one, other] = [luminance(channels(style.color)), luminance(behind(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const large = parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
  if (ratio < (large ? 3 : 4.5)) low.push([element.textContent.slice(0, 40), ratio]);
}
return low;
"""


@pytest.mark.parametrize(
    ("name", "width"),
    [*((name, 1280) for name in MAKERS), *((name, 390) for name in ("example", "hostile", "run"))],
)
def test_a_report_loads_alone_draws_every_chart_and_fits(
    browser: Browser, page: Page, name: str, width: int
) -> None:
    file = page(name)
    browser.open(file, width=width)
    assert browser.log() == []
    assert [url for url in browser.requests() if not url.startswith("data:")] == [file.as_uri()]
    drawn = browser.run(COLOURS)
    assert drawn
    assert [chart for chart, colours in drawn if colours < 4] == []
    assert browser.run("return document.documentElement.scrollWidth") == width
    browser.screenshot(SCREENSHOTS / f"{name}-{width}.png")


def test_the_dark_theme_is_the_system_s_until_the_reader_chooses(
    browser: Browser, page: Page
) -> None:
    theme = "return document.documentElement.dataset.theme"
    browser.open(page("example"), scheme="dark")
    assert browser.run(theme) == "dark"
    browser.screenshot(SCREENSHOTS / "example-1280-dark.png")
    browser.click("#theme")
    assert browser.run(theme) == "light"
    browser.open(page("example"), "#theme=light", scheme="dark")
    assert browser.run(theme) == "light"
    assert browser.log() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["example", "emulated", "run"])
def test_contrast_is_aa(browser: Browser, page: Page, name: str, scheme: str) -> None:
    browser.open(page(name), scheme=scheme)
    assert browser.run(LOW_CONTRAST) == []


def values(browser: Browser, table: str, column: int) -> list[float]:
    """Return the values of a column in the order in which its visible rows stand."""
    found: list[float] = browser.run(
        "return [...document.querySelectorAll(`[data-table=${arguments[0]}] tbody tr`)]"
        ".filter((row) => !row.hidden)"
        ".map((row) => Number(row.cells[arguments[1]].dataset.value))",
        table,
        column,
    )
    return found


def test_tables_sort_both_ways_by_value_and_the_link_keeps_it(browser: Browser, page: Page) -> None:
    heading = "[data-table=kernels] th:nth-child({}) button"
    browser.open(page("example"))
    browser.click(heading.format(2))
    down = values(browser, "kernels", 1)
    assert down == sorted(down, reverse=True)
    assert len(set(down)) > 3
    browser.click(heading.format(2))
    assert values(browser, "kernels", 1) == down[::-1] == sorted(down)
    aria = "return document.querySelector('[data-table=kernels] th:nth-child(2)').ariaSort"
    assert browser.run(aria) == "ascending"
    state = "#" + browser.address().partition("#")[2]
    browser.open(page("example"), state)
    assert values(browser, "kernels", 1) == sorted(down)


def test_tables_filter_by_every_word_and_the_link_keeps_it(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    every = values(browser, "waits", 2)
    browser.keys("[data-table=waits] input", *"LAYER norm")
    some = values(browser, "waits", 2)
    assert 0 < len(some) < len(every)
    count = "return document.querySelector('[data-table=waits] .count').textContent"
    assert browser.run(count) == f"{len(some)} of {len(every)} rows"
    state = "#" + browser.address().partition("#")[2]
    browser.open(page("example"), state)
    assert values(browser, "waits", 2) == some


def shown(browser: Browser) -> tuple[int, int] | None:
    """Return the stretch of the timeline that the address keeps, ns; None for all of it."""
    text = browser.run("return new URLSearchParams(location.hash.slice(1)).get('t')")
    if text is None:
        return None
    begin, end = map(int, text.split("~"))
    return begin, end


def test_the_timeline_moves_by_keys_and_the_link_keeps_it(browser: Browser, page: Page) -> None:
    canvas = "[data-chart=timeline]"
    browser.open(page("example"))
    assert shown(browser) is None
    browser.keys(canvas, "+", "+")
    zoomed = shown(browser)
    assert zoomed is not None
    browser.keys(canvas, "\ue014")  # right
    moved = shown(browser)
    assert moved is not None
    assert moved[0] > zoomed[0]
    assert moved[1] - moved[0] == pytest.approx(zoomed[1] - zoomed[0], abs=2)
    state = "#" + browser.address().partition("#")[2]
    browser.open(page("example"), state)
    browser.keys(canvas, "-")
    wider = shown(browser)
    assert wider is not None
    assert wider[1] - wider[0] == pytest.approx(2 * (moved[1] - moved[0]), rel=0.01)
    browser.keys(canvas, "0")
    assert shown(browser) is None
    assert browser.log() == []


def test_a_wait_of_the_table_is_shown_in_the_timeline(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    link = "[data-table=longest-waits] tbody tr:nth-child(3) a"
    begin, end = map(
        int,
        browser.run("return document.querySelector(arguments[0]).dataset.span", link).split("~"),
    )
    browser.click(link)
    found = shown(browser)
    assert found is not None
    assert found[0] < begin < end < found[1]
    assert browser.run("return document.activeElement.dataset.chart") == "timeline"
    browser.click("[data-do=wait]")
    assert shown(browser) != found
    browser.screenshot(SCREENSHOTS / "example-1280-zoomed.png")


def hover(browser: Browser, chart: str, role: str) -> None:
    """Put the pointer on the middle of the longest block of a role."""
    place: dict[str, Any] = browser.run(
        """
        const [chart, role] = arguments;
        const place = document.querySelector(`[data-chart=${chart}]`);
        place.scrollIntoView({block: 'center'});
        const data = JSON.parse(document.getElementById('data').textContent)[chart];
        const spans = data.spans;
        let best = -1;
        spans.role.forEach((one, i) => {
          if (data.roles[one] === role && (best < 0 || spans.dur[i] > spans.dur[best])) best = i;
        });
        const lanes = data.lanes.map((lane, i) => i).filter((i) => data.lanes[i].group !== 'host');
        const box = place.getBoundingClientRect();
        const middle = (spans.begin[best] + spans.dur[best] / 2) / data.length_ns;
        const bottom = box.bottom - 66 - 14;
        const heights = lanes.map((i) => (data.lanes[i].group === 'device' ? 40 : 22));
        const row = lanes.indexOf(spans.lane[best]);
        const below = heights.slice(row + 1).reduce((a, b) => a + b, 0);
        const x = box.left + 150 + middle * (box.width - 150 - 34);
        return {x, y: bottom - below - heights[row] / 2, type: 'mouseMoved'};
        """,
        chart,
        role,
    )
    browser.command("Input.dispatchMouseEvent", place)


def test_hovering_tells_a_kernel_s_name_and_latency_as_text(browser: Browser, page: Page) -> None:
    browser.open(page("hostile"))
    hover(browser, "timeline", "kernel")
    tip = browser.run("return document.querySelector('.tip')?.textContent")
    assert tip is not None
    assert "t_l10 ns" in tip
    assert "duration50 ns" in tip
    assert browser.run("return document.querySelectorAll('.tip img, .tip b').length") == 0
    assert browser.log() == []


@pytest.mark.parametrize("name", ["hostile", "hostile-run"])
def test_hostile_names_are_shown_and_not_run(browser: Browser, page: Page, name: str) -> None:
    browser.open(page(name))
    assert browser.run("return window.pwned") is None
    assert browser.run("return document.querySelectorAll('img, b, iframe').length") == 0
    body = browser.run("return document.body.innerText")
    assert body.count(HOSTILE) > 5
    assert browser.log() == []


def test_the_policy_stops_what_would_get_through(browser: Browser, page: Page) -> None:
    browser.open(page("hostile"))
    browser.run(
        "const box = document.createElement('div');"
        'box.innerHTML = \'<img src="data:," onerror="window.pwned = 1">\';'
        "document.body.append(box);"
        "const script = document.createElement('script');"
        "script.textContent = 'window.pwned = 2';"
        "document.body.append(script);"
    )
    assert browser.run("return window.pwned") is None
    assert any("Content Security Policy" in line for line in browser.log())


def test_the_marker_stays_on_every_screen(browser: Browser, page: Page) -> None:
    for width in (1280, 390):
        browser.open(page("emulated"), width=width)
        browser.run("window.scrollTo(0, document.body.scrollHeight)")
        box = browser.run(
            "const box = document.querySelector('.marker').getBoundingClientRect();"
            "return [box.top, box.bottom, document.querySelector('.marker').innerText]"
        )
        assert box[0] >= 0
        assert box[1] <= 900
        assert box[2].startswith("EMULATED")


def test_everything_can_be_reached_by_the_keyboard(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    unreachable = browser.run(
        "const all = 'a, button, input, summary, .scroll, [data-chart=timeline]';"
        "return [...document.querySelectorAll(all)]"
        ".filter((element) => element.checkVisibility() && element.tabIndex < 0).length"
    )
    assert unreachable == 0
    unnamed = browser.run(
        "return [...document.querySelectorAll('button, input, [role]')]"
        ".filter((element) => !(element.textContent.trim() || element.ariaLabel)).length"
    )
    assert unnamed == 0


def test_paper_cuts_no_chart_and_no_table(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    browser.run("dispatchEvent(new Event('beforeprint'))")
    # A4 less a centimetre on each side, in CSS pixels.
    paper = {"width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.command("Emulation.setEmulatedMedia", {"media": "print"})
    browser.command("Emulation.setDeviceMetricsOverride", paper)
    wide = browser.run(
        "return [...document.querySelectorAll('main *')]"
        ".filter((element) => element.getBoundingClientRect().right > 718)"
        ".map((element) => element.outerHTML.slice(0, 80))"
    )
    assert wide == []
    browser.screenshot(SCREENSHOTS / "example-paper.png")
    browser.command("Emulation.setEmulatedMedia", {"media": ""})
    browser.run("dispatchEvent(new Event('afterprint'))")
    width = "return document.querySelector('[data-chart] canvas').getBoundingClientRect().width"
    assert browser.run(width) < 718


def test_print_shows_whole_tables(browser: Browser, page: Page) -> None:
    browser.open(page("long"))
    browser.command("Emulation.setEmulatedMedia", {"media": "print"})
    heights = browser.run(
        "return [...document.querySelectorAll('.scroll')]"
        ".map((box) => box.scrollHeight - box.clientHeight)"
    )
    assert set(heights) <= {0}
    assert browser.run("return getComputedStyle(document.querySelector('.menu')).display") == "none"
    browser.command("Emulation.setEmulatedMedia", {"media": ""})

"""Reports in a real browser: what they load, draw, sort, keep, and refuse to run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.html.browser import Browser
from tests.report.html.conftest import MAKERS, SCREENSHOTS, Page
from tests.report.html.probes import COLOURS
from tests.report.reports import HOSTILE


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, 1280) for name in MAKERS if name != "long-names"),
        *((name, 390) for name in MAKERS if name not in ("long", "long-names")),
    ],
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


def test_names_that_cannot_break_fit_a_phone(browser: Browser, page: Page) -> None:
    browser.open(page("long-names"), width=390)
    assert browser.run("return document.documentElement.scrollWidth") == 390


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


def test_tooltips_of_lines_are_text_too(browser: Browser, page: Page) -> None:
    browser.open(page("hostile-comparison"))
    place = browser.run(
        "const place = document.querySelector('figure.curves .canvas');"
        "place.scrollIntoView({block: 'center'});"
        "const box = place.getBoundingClientRect();"
        "return {type: 'mouseMoved', x: box.left + box.width / 2, y: box.top + box.height / 2};"
    )
    browser.command("Input.dispatchMouseEvent", place)
    assert "</script><im" in browser.run("return document.querySelector('.tip').textContent")
    assert browser.run("return document.querySelectorAll('.tip img, .tip b').length") == 0
    assert browser.run("return window.pwned") is None
    assert browser.log() == []


@pytest.mark.parametrize("name", ["hostile", "hostile-run", "hostile-comparison"])
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

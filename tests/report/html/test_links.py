"""The address keeps what is shown: a link shows it again, and the back button takes it back."""

from __future__ import annotations

import pytest

from tests.report.html.browser import Browser
from tests.report.html.conftest import SCREENSHOTS, Page


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


def mouse(browser: Browser, kind: str, x: float, y: float, **more: object) -> None:
    browser.command("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y} | more)


def test_the_timeline_moves_by_the_mouse_and_leaves_scrolling_to_the_page(
    browser: Browser, page: Page
) -> None:
    browser.open(page("example"))
    box = browser.run(
        "const place = document.querySelector('[data-chart=timeline]');"
        "place.scrollIntoView({block: 'center'});"
        "const box = place.getBoundingClientRect();"
        "return [box.left + 0.6 * box.width, box.top + 40]"
    )
    mouse(browser, "mouseMoved", *box)
    mouse(browser, "mouseWheel", *box, deltaX=0, deltaY=-240)
    assert shown(browser) is None
    ctrl = 2
    mouse(browser, "mouseWheel", *box, deltaX=0, deltaY=-240, modifiers=ctrl)
    browser.settle()
    zoomed = shown(browser)
    assert zoomed is not None
    left = (box[0] - 200, box[1])
    mouse(browser, "mousePressed", *box, button="left", buttons=1, clickCount=1)
    mouse(browser, "mouseMoved", *left, button="left", buttons=1)
    mouse(browser, "mouseReleased", *left, button="left", clickCount=1)
    browser.settle()
    dragged = shown(browser)
    assert dragged is not None
    assert dragged[0] > zoomed[0]
    assert dragged[1] - dragged[0] == pytest.approx(zoomed[1] - zoomed[0], abs=2)


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


# Everything that the address keeps, as the page shows it.
VIEW = """
const heading = document.querySelector('[data-table=kernels] th[aria-sort]');
const rows = [...document.querySelectorAll('[data-table=waits] tbody tr')];
return {
  theme: document.documentElement.dataset.theme,
  sorted: heading && [heading.textContent, heading.ariaSort],
  rows: rows.filter((row) => !row.hidden).length,
  words: document.querySelector('[data-table=waits] input').value,
  zoom: document.querySelector('[data-chart=timeline]').dataset.shown,
};
"""
AT_TOP = "return document.getElementById(arguments[0]).getBoundingClientRect().top"


def test_a_copied_link_shows_the_same_in_a_new_tab(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    before = browser.run(VIEW)
    browser.click("#theme")
    browser.keys("[data-chart=timeline]", "+", "+")
    browser.click("[data-table=kernels] th:nth-child(3) button")
    browser.keys("[data-table=waits] input", *"layer norm~ ")
    browser.keys("[data-table=waits] input", "\ue003", "\ue003")  # backspace
    browser.click("nav a[href='#kernels']")
    shown = browser.run(VIEW)
    assert all(shown[key] != before[key] for key in before), (before, shown)
    with browser.new_tab(browser.address()):
        assert browser.run(VIEW) == shown
        # Below the menu, which stays at the top.
        assert 0 <= browser.run(AT_TOP, "kernels") < 200
        assert browser.log() == []


def test_back_takes_back_one_step_and_forward_makes_it_again(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    start = browser.run(VIEW)
    browser.click("[data-table=kernels] th:nth-child(3) button")
    browser.keys("[data-chart=timeline]", "+", "+", "+")
    zoomed = browser.run(VIEW)
    browser.click("[data-table=longest-waits] tbody tr:nth-child(2) a")
    browser.click("#theme")
    last = browser.run(VIEW)
    browser.back()
    assert browser.run(VIEW)["theme"] == start["theme"]
    browser.back()
    assert browser.run(VIEW) == zoomed
    browser.back()
    assert browser.run(VIEW) == start
    for _ in range(3):
        browser.forward()
    assert browser.run(VIEW) == last


def test_an_address_typed_over_the_page_is_followed(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    browser.go_to_fragment("#kernels=-3~&waits=0~norm&t=1000~900000&theme=dark")
    shown = browser.run(VIEW)
    assert (shown["theme"], shown["words"]) == ("dark", "norm")
    assert shown["sorted"] == ["time", "descending"]
    assert shown["zoom"] == "1000~900000"


@pytest.mark.parametrize(
    "state",
    ["#kernels=99~&waits=x&t=9~1&theme=puce&at=nowhere", "#%", "#t=~&kernels=~~~", "#terms"],
)
def test_an_address_that_makes_no_sense_does_no_harm(
    browser: Browser, page: Page, state: str
) -> None:
    browser.open(page("example"), state)
    assert browser.log() == []
    assert browser.run("return document.documentElement.dataset.theme") in ("light", "dark")
    assert len(values(browser, "kernels", 1)) > 3

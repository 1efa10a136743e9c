"""Reports without a mouse, and for eyes of every kind: keyboard, contrast, names, axe-core."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from tests.npm_package import fetch_or_skip
from tests.report.html.browser import Browser
from tests.report.html.conftest import Page
from tests.report.html.probes import LOW_CONTRAST, LOW_GRAPHICS

AXE = "axe-core@4.14.1"
AXE_FILES = {"axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"}

# What has the focus, and how wide the line is that shows it.
FOCUSED = """
const at = document.activeElement;
const style = getComputedStyle(at);
const box = at.getBoundingClientRect();
const all = [...document.querySelectorAll(arguments[0])];
return [all.indexOf(at), style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
  box.right > 0 && box.bottom > 0 && box.top < innerHeight];
"""
CONTROLS = "a, button, input, summary, .scroll, [data-chart=timeline]"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["example", "emulated", "run"])
def test_contrast_is_aa(browser: Browser, page: Page, name: str, scheme: str) -> None:
    browser.open(page(name), scheme=scheme)
    assert browser.run(LOW_CONTRAST) == []
    assert browser.run(LOW_GRAPHICS) == []


def test_what_is_too_pale_is_found(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    browser.run(
        "document.documentElement.style.setProperty('--muted', '#b0b0b0');"
        "document.documentElement.style.setProperty('--wait', '#ffd8a8');"
    )
    assert browser.run(LOW_CONTRAST)
    assert [name for name, _ in browser.run(LOW_GRAPHICS)] == ["wait"]


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = fetch_or_skip(AXE, AXE_FILES, tmp_path_factory.mktemp("npm"))
    return (folder / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["example", "hostile", "run"])
def test_axe_finds_nothing(browser: Browser, page: Page, axe: str, name: str, scheme: str) -> None:
    browser.open(page(name), scheme=scheme)
    browser.run(axe)
    found = browser.wait_for("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []


def test_tab_reaches_every_control_in_order_and_shows_where_it_is(
    browser: Browser, page: Page
) -> None:
    browser.open(page("emulated"))
    wanted = browser.run(
        "return [...document.querySelectorAll(arguments[0])]"
        ".map((one, i) => (one.checkVisibility() ? i : -1)).filter((i) => i >= 0)",
        CONTROLS,
    )
    reached = []
    for _ in wanted:
        browser.press(Keys.TAB)
        index, outline, inside = browser.run(FOCUSED, CONTROLS)
        assert outline >= 2, f"control {index} does not show that it has the focus"
        assert inside, f"control {index} has the focus outside of the window"
        reached.append(index)
    assert reached == wanted
    assert len(reached) > 30


def test_the_first_tab_offers_to_skip_to_the_verdict(browser: Browser, page: Page) -> None:
    browser.open(page("emulated"))
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.press(Keys.ENTER)
    assert browser.run("return document.activeElement.id") == "summary"
    browser.press(Keys.TAB)
    inside = "return document.querySelector('.menu').contains(document.activeElement)"
    assert not browser.run(inside)


@pytest.mark.parametrize("key", [Keys.ENTER, Keys.SPACE])
def test_enter_and_space_sort(browser: Browser, page: Page, key: str) -> None:
    browser.open(page("example"))
    browser.keys("[data-table=kernels] th:nth-child(2) button", key)
    aria = "return document.querySelector('[data-table=kernels] th:nth-child(2)').ariaSort"
    assert browser.run(aria) == "descending"


def test_every_control_has_a_name(browser: Browser, page: Page) -> None:
    browser.open(page("example"))
    unnamed = browser.run(
        "return [...document.querySelectorAll('button, input, [role]')]"
        ".filter((element) => !(element.textContent.trim() || element.ariaLabel)).length"
    )
    assert unnamed == 0

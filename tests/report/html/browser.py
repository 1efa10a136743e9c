"""A headless Chromium that tells what a page loaded, logged and drew."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

SETTLED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


class Browser:
    """One window; ``open`` loads a page from a file and waits until its scripts have run."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(
        self, page: Path, state: str = "", *, width: int = 1280, scheme: str = "light"
    ) -> None:
        """Load a page at a width in CSS pixels; what was logged before is forgotten."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.command("Emulation.setEmulatedMedia", {"features": features})
        # A change of the fragment alone would not load the page again.
        self._driver.get("about:blank")
        self.log()
        self.requests()
        self._driver.get(page.as_uri() + state)
        assert self.run("return document.documentElement.dataset.ready") == "yes"

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns."""
        return self._driver.execute_script(script, *arguments)

    def command(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send a command of the DevTools protocol."""
        answer: dict[str, Any] = self._driver.execute_cdp_cmd(name, parameters)
        return answer

    def keys(self, selector: str, *keys: str) -> None:
        """Focus an element and press keys."""
        found = self._driver.find_element("css selector", selector)
        self.run("arguments[0].focus()", found)
        for key in keys:
            found.send_keys(key)

    def press(self, *keys: str) -> None:
        """Press keys on whatever has the focus."""
        ActionChains(self._driver).send_keys(*keys).perform()

    def wait_for(self, promise: str) -> Any:
        """Return what a promise, given as an expression, is fulfilled with."""
        return self._driver.execute_async_script(f"{promise}.then(arguments[0])")

    def settle(self) -> None:
        """Let the page draw what it was told."""
        self.wait_for(SETTLED)

    def back(self) -> None:
        """Take the back button, and let the page follow."""
        self._driver.back()
        self.settle()

    def forward(self) -> None:
        """Take the forward button, and let the page follow."""
        self._driver.forward()
        self.settle()

    def go_to_fragment(self, fragment: str) -> None:
        """Change the address as one does who types another fragment, and let the page follow."""
        self.run("location.hash = arguments[0]", fragment)
        self.settle()

    @contextmanager
    def new_tab(self, address: str) -> Iterator[None]:
        """Load an address in a tab of its own, and close that at the end."""
        old = self._driver.current_window_handle
        self._driver.switch_to.new_window("tab")
        self._driver.get(address)
        try:
            yield
        finally:
            self._driver.close()
            self._driver.switch_to.window(old)

    def click(self, selector: str) -> None:
        """Click on an element as a person would, which wants it visible."""
        found = self._driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def log(self) -> list[str]:
        """Return what the console got since the last call."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._driver.get_log(kind)  # type: ignore[no-untyped-call]
        return found

    def address(self) -> str:
        """Return the page's address with its state."""
        return self._driver.current_url

    def screenshot(self, path: Path, *, height: int = 6_000) -> None:
        """Save the page down to a height as a PNG file."""
        size = self.command("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height)}
        shot = self.command(
            "Page.captureScreenshot",
            {"captureBeyondViewport": True, "clip": clip | {"scale": 1}},
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """Start Chromium, or skip where there is none."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no Chromium with chromedriver: on Debian, apt-get install chromium-driver")
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1280,900",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(DRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()

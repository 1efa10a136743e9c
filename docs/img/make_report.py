"""Make the picture of the HTML report on the example; needs Chromium and the test tools."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from skipx.examples import example_path  # noqa: E402
from tests.report.html.browser import chromium  # noqa: E402


def main() -> None:
    """Write ``report.png`` beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        command = [sys.executable, "-m", "skipx", "report", str(example_path()), "-o", str(page)]
        subprocess.run(command, check=True)
        with chromium(Path(folder) / "profile") as browser:
            browser.open(page)
            top = browser.run(
                "const box = document.querySelector('#timeline figure').getBoundingClientRect();"
                "return box.bottom + scrollY + 16"
            )
            browser.screenshot(Path(__file__).with_name("report.png"), height=int(top))


if __name__ == "__main__":
    main()

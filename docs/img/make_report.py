"""Make the pictures of the HTML reports; needs Chromium and the test tools.

``report.png`` is the top of the page that ``skipx run`` leaves without a GPU, ``report-trace.png``
that of the page on the example trace.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from skipx.examples import example_path  # noqa: E402
from tests.report.html.browser import chromium  # noqa: E402

SKIPX = [sys.executable, "-m", "skipx"]
BOTTOM = """
const box = document.querySelector(arguments[0]).getBoundingClientRect();
return Math.ceil(box.bottom + scrollY + 16);
"""


def main() -> None:
    """Write the pictures beside this script."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "example.html"
        run = [*SKIPX, "run", "--emulate", "--output", "run"]
        subprocess.run(run, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        subprocess.run([*SKIPX, "report", str(example_path()), "-o", str(page)], check=True)
        with chromium(folder / "profile") as browser:
            for file, shown, last in (
                ("report.png", folder / "run" / "report.html", "main section:nth-of-type(2)"),
                ("report-trace.png", page, "#timeline figure"),
            ):
                browser.open(shown)
                height = int(browser.run(BOTTOM, last))
                browser.screenshot(Path(__file__).with_name(file), height=height)


if __name__ == "__main__":
    main()

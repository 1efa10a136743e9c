"""How fast a browser draws a report. Bar: 50,000 launches in one iteration in under 3 s.

    python bench/report_rendering.py
    python bench/report_rendering.py --launches 200000
    python bench/report_rendering.py report.html         # pages that are already there

Prints how long the page takes to make, its size, the time from navigation until every chart is
painted, and what of the timelines is drawn. Needs Chromium and the test tools. Exits with 1 where
a bar is missed, a chart stays blank, or blocks are merged and the page does not say so.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from skipx.cli.trace_results import trace_results  # noqa: E402
from skipx.report.document.trace_document import trace_document  # noqa: E402
from skipx.report.html.page import html_page  # noqa: E402
from skipx.report.stamp import Stamp  # noqa: E402
from tests.report.html.browser import Browser, chromium  # noqa: E402
from tests.report.reports import long_trace  # noqa: E402

LAUNCHES = 50_000
BAR_S = 3.0
BAR_BYTES = 1_500_000
RUNS = 5

# Charts are drawn while the page is parsed; two frames later what they drew is on the screen.
PAINTED = """
return new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() / 1000))));
"""
BLANK = """
return [...document.querySelectorAll('[data-chart] canvas')].filter((canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size < 4;
}).length;
"""


@dataclass(frozen=True)
class Drawn:
    """A page's size, the seconds of each run, its charts, and what its timelines consist of."""

    size: int
    seconds: list[float]
    charts: int
    blank: int
    spans: int
    events: int
    says_so: bool

    @property
    def missed(self) -> list[str]:
        """The bars that were missed, in words."""
        found = {
            f"{statistics.median(self.seconds):.2f} s": statistics.median(self.seconds) >= BAR_S,
            f"{self.size:,} bytes": self.size >= BAR_BYTES,
            f"{self.blank} blank charts": self.blank > 0,
            "merged without saying so": self.spans < self.events and not self.says_so,
        }
        return [what for what, bad in found.items() if bad]


def make(launches: int, page: Path) -> None:
    """Write the page on one iteration of that many launches; print how long it takes."""
    trace = long_trace(launches)
    begin = time.perf_counter()
    results = trace_results(trace, None, top=50, candidates=20)
    found = time.perf_counter()
    stamp = Stamp.here("report", sys.argv).to_dict()
    page.write_text(html_page(trace_document(results, stamp=stamp)), encoding="utf-8")
    print(f"metrics, chains, predictions  {found - begin:8.2f} s")
    print(f"document and page             {time.perf_counter() - found:8.2f} s")


def drawn(browser: Browser, page: Path, runs: int) -> Drawn:
    """Load a page as often as that."""
    seconds = []
    for _ in range(runs):
        browser.open(page)
        seconds.append(float(browser.run(PAINTED)))
    charts = _charts(page)
    timelines = [chart for chart in charts if chart["kind"] == "timeline"]
    return Drawn(
        size=page.stat().st_size,
        seconds=seconds,
        charts=len(charts),
        blank=int(browser.run(BLANK)),
        spans=sum(len(chart["spans"]["lane"]) for chart in timelines),
        events=sum(chart["events"] for chart in timelines),
        says_so="Down-sampled: " in str(browser.run("return document.body.innerText")),
    )


def _charts(page: Path) -> list[dict[str, Any]]:
    (data,) = re.findall(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    return list(json.loads(data).values())


def tell(found: Drawn) -> None:
    """Print the figures beside their bars."""
    best, median = min(found.seconds), statistics.median(found.seconds)
    print(
        f"size                          {found.size / 1e6:8.3f} MB   bar {BAR_BYTES / 1e6:.1f} MB"
    )
    print(
        f"until {found.charts:2} charts are painted   {median:8.2f} s    bar {BAR_S:.1f} s;"
        f" best of {len(found.seconds)} {best:.2f} s"
    )
    merged = "down-sampled, and says so" if found.says_so else "each event"
    print(
        f"timeline                      {found.spans:8,} spans of {found.events:,} events, {merged}"
    )
    for what in found.missed:
        print(f"MISSED: {what}")


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", type=Path, help="pages to load instead")
    parser.add_argument("--launches", type=int, default=LAUNCHES, help=f"{LAUNCHES:,}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"loads of each page ({RUNS})")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = [page.resolve() for page in chosen.pages]
        if not pages:
            pages = [Path(folder) / "report.html"]
            print(f"one iteration of {chosen.launches:,} launches, SYNTHETIC")
            make(chosen.launches, pages[0])
        missed = False
        with chromium(Path(folder) / "profile") as browser:
            for page in pages:
                print(f"\n{page.name}")
                found = drawn(browser, page, chosen.runs)
                tell(found)
                missed = missed or bool(found.missed)
    sys.exit(missed)


if __name__ == "__main__":
    main()

"""Every chart of a document as SVG, PDF and PNG, with its data as CSV."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator

from skipx.errors import MissingDependencyError
from skipx.report.document.blocks import Bars, Curves, Document, Histogram, Timeline
from skipx.report.figures.data import csv_files
from skipx.report.figures.draw import Chart, draw
from skipx.report.figures.style import COLUMN_INCHES, PAGE_INCHES, SETTINGS
from skipx.report.figures.timeline import timeline_inches
from skipx.report.text import valid_unicode

FORMATS = ("svg", "pdf", "png")
DPI = 300
TALL_INCHES = 2.7


def figure_files(document: Document) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file; names begin with the chart's id.

    Raises ``MissingDependencyError`` where matplotlib is not installed.
    """
    require_matplotlib()
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Curves | Bars | Histogram | Timeline):
                for name, text in csv_files(block):
                    yield name, text.encode()
                yield from _pictures(block, section.title, document.marker)


def require_matplotlib() -> None:
    """Raise ``MissingDependencyError`` where figures cannot be drawn."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "figures are drawn by matplotlib, which is not installed",
            hint='pip install "skipx[plot]"',
        ) from error


def _pictures(chart: Chart, section: str, marker: str) -> Iterator[tuple[str, bytes]]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    wide = isinstance(chart, Timeline)
    size = (COLUMN_INCHES, TALL_INCHES)
    if isinstance(chart, Timeline):
        size = (PAGE_INCHES, timeline_inches(chart))
    with mpl.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = Figure(figsize=size, layout="constrained")
        draw(figure, chart)
        # A figure travels without its page: what was not measured says so itself.
        title = chart.title if chart.title.startswith(section) else f"{section}: {chart.title}"
        title += f" [{marker}]" if marker else ""
        figure.suptitle(valid_unicode(textwrap.fill(title, 100 if wide else 50)), fontsize=8)
        for kind in FORMATS:
            file = io.BytesIO()
            metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
            figure.savefig(file, format=kind, dpi=DPI, metadata=metadata)
            yield f"{chart.id}.{kind}", file.getvalue()

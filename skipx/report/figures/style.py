"""The look of the figures: one column of a two-column paper, colours that all eyes tell apart."""

from __future__ import annotations

from typing import Any

COLUMN_INCHES = 3.33
"""Width of a column of the usual two-column formats (ACM; IEEE has 3.5)."""
PAGE_INCHES = 7.0

# Okabe and Ito's colours; lines differ in marker and dash as well.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
DASHES = ("-", "--", ":", "-.")
HISTOGRAM_COLORS = ("#E69F00", "#0072B2")
"""What the GPU waited for, and what was queued: as in the timeline."""
ROLE_COLORS = (
    "#BBBBBB",  # operator
    "#CC79A7",  # launch call
    "#7A6A00",  # synchronizing call
    "#E3CFE0",  # other call
    "#0072B2",  # kernel
    "#56B4E9",  # copy or set
    "#E69F00",  # wait
    "#009E73",  # chain
    "#D55E00",  # wait for a copy or set
)

SETTINGS: dict[str, Any] = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "legend.fontsize": 7,
    "legend.frameon": False,
    # Text stays text, and the same figure makes the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "skipx",
    "pdf.fonttype": 42,
    # A dollar sign in a model's name is no formula.
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}

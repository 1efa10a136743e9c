"""From a ratio to a verdict, and the reason in a clause."""

from __future__ import annotations

from math import isclose, isinf

from skipx.comparison.ratio import Ratio
from skipx.comparison.result import Verdict

MARGIN = 0.02
"""A ratio within this of 1, either way, counts as no change."""


def verdict(ratio: Ratio | None, *, margin: float, duration: bool) -> Verdict:
    """Return what an interval tells: nothing where it is too wide, or there is none.

    An interval that lies within the margin is SAME even where it does not hold 1: a change that
    is certain but too small to matter.
    """
    if ratio is None or ratio.low is None or ratio.high is None:
        return Verdict.AMBIGUOUS
    if within(ratio.low, margin) and within(ratio.high, margin):
        return Verdict.SAME
    if ratio.high < 1:
        return Verdict.FASTER if duration else Verdict.LOWER
    if ratio.low > 1:
        return Verdict.SLOWER if duration else Verdict.HIGHER
    return Verdict.AMBIGUOUS


def within(ratio: float, margin: float) -> bool:
    """Tell whether a ratio lies in ``[1 / (1 + margin), 1 + margin]``."""
    low, high = 1 / (1 + margin), 1 + margin
    return low <= ratio <= high or isclose(ratio, low) or isclose(ratio, high)


def exact_reason(ratio: Ratio, *, margin: float) -> str:
    """Return what is to say of a ratio without scatter, to be appended; mostly nothing."""
    if isinf(ratio.value):
        return ", and 0 on the baseline"
    changed = not isclose(ratio.value, 1)
    return f", within ±{100 * margin:g} %" if changed and within(ratio.value, margin) else ""


def interval_reason(ratio: Ratio, *, margin: float) -> str:
    """Return in words where the interval of a ratio lies."""
    low, high = ratio.low, ratio.high
    assert low is not None
    assert high is not None
    if isinf(low) or high == 0:
        return f"0 on {'the baseline' if isinf(low) else 'the other side'}"
    shown, around = interval_text(low, high), f"±{100 * margin:g} %"
    if within(low, margin) and within(high, margin):
        return f"interval {shown} lies within {around}"
    if high < 1 or low > 1:
        return f"interval {shown} lies {'below' if high < 1 else 'above'} 1"
    return f"interval {shown} holds 1 and reaches beyond {around}"


def interval_text(low: float, high: float) -> str:
    """Return the ends of an interval with enough decimals to tell them apart, at most four."""
    if isinf(high):
        return f"{low:.2f}–∞"
    if high < 0.1:
        return f"{low:.2g}–{high:.2g}"
    decimals = next((n for n in (2, 3) if high - low >= 2 * 10**-n), 4)
    return f"{low:.{decimals}f}–{high:.{decimals}f}"


def no_interval_reason(n_baseline: int, n_other: int) -> str:
    """Return why so few iterations tell no interval."""
    counted = f"{n_baseline} iteration{'' if n_baseline == 1 else 's'}"
    return f"{counted} against {n_other}: no 95 % interval, which takes 4 against 4"

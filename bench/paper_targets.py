"""Prints the paper's figures beside the emulator's: fitted or predicted, reproduced or not.

``python bench/paper_targets.py`` exits with 1 where a bar is missed for no stated reason.
"""

from __future__ import annotations

import sys
import time

from skipx.emulate.reproduction import Reproduced, reproduce
from skipx.emulate.targets import NOT_EMULATED, TRANSFORMERS, Target


def main() -> int:
    begin = time.perf_counter()
    found = reproduce()
    took = time.perf_counter() - begin
    print(f"emulated, nothing measured; operator streams of transformers {TRANSFORMERS}")
    row = "{:56} {:>8} {:>9}  {:9}  {}"
    print(row.format("figure", "paper", "emulated", "use", "reproduced"))
    for one in found:
        target = one.target
        use = "fitted" if target.fitted else "predicted"
        verdict = ("yes" if one.holds else "no") + ("" if target.bar else " (no bar)")
        print(row.format(_label(target), _text(target.paper), _text(one.emulated), use, verdict))
        if not one.holds:
            print(f"    {target.reason or 'no reason is known'}")
    print(f"not emulated: {NOT_EMULATED}")
    bars = [one for one in found if one.target.bar]
    print(f"bars reached: {sum(one.holds for one in bars)} of {len(bars)}, in {took:.1f} s")
    return int(any(_unexplained(one) for one in bars))


def _unexplained(one: Reproduced) -> bool:
    return not one.holds and not one.target.reason


def _label(target: Target) -> str:
    pair = f"{target.platform}/{target.other}" if target.other else target.platform
    batch = f" b{target.batch}" if target.batch else ""
    return f"{target.kind}, {target.model}{batch}, {pair}"


def _text(value: float | tuple[int, ...] | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())

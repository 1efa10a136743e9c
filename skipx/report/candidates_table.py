"""The ranked fusion candidates: each chain by its ends, or kernel by kernel."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult

from skipx.fusion.result import Candidate
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.name import Name
from skipx.units import format_count


class CandidatesTable:
    """Candidates in their given order; names take what room the numbers leave."""

    def __init__(self, candidates: Sequence[Candidate], *, full: bool = False) -> None:
        self._candidates = candidates
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table; wide terminals also see PS eligible and the occurrences."""
        wide = options.max_width >= WIDE
        table = data_table(title=" Candidates, by launches saved per iteration")
        add_numbers(table, "#")
        table.add_column("first → last kernel", ratio=1)
        if wide:
            add_numbers(table, "L", "occurrences", "per iter", "PS", "PS eligible", "saves")
        else:
            add_numbers(table, "L", "per iter", "PS", "saves")
        table.add_column("kind", no_wrap=True)
        for rank, candidate in enumerate(self._candidates, 1):
            table.add_row(
                str(rank),
                self._chain(candidate),
                format_count(candidate.length),
                *([format_count(candidate.occurrences)] if wide else []),
                format_count(candidate.occurrences_per_iteration),
                f"{candidate.ps_strict:.2f}",
                *([f"{candidate.ps_eligible:.2f}"] if wide else []),
                format_count(candidate.launches_removed),
                "in a graph" if candidate.in_graph else candidate.label,
            )
        yield table

    def _chain(self, candidate: Candidate) -> RenderableType:
        names: list[RenderableType] = []
        if self._full:
            operators = list(candidate.operators)
            for index, kernel in enumerate(candidate.kernels):
                names.append(Name(kernel, full=True))
                if index < len(operators) and operators[index]:
                    names.append(Name(f"  by {operators[index]}", full=True, style="dim"))
        else:
            names.append(Name(_ends(candidate.kernels[0])))
            if candidate.length > 1:
                names.append(Name(f"→ {_ends(candidate.kernels[-1])}"))
            if candidate.operators:
                names.append(Name(_operators(candidate.operators), style="dim"))
        if candidate.module:
            names.append(Name(f"in {candidate.module}", full=self._full, style="dim"))
        return Group(*names)


def _ends(kernel: str) -> str:
    return kernel.removeprefix("void ")


def _operators(operators: Sequence[str]) -> str:
    return "by " + ", ".join(dict.fromkeys(name for name in operators if name))

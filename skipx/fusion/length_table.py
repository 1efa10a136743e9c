"""Every length as columns: a trace in one segment has as many lengths as kernels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from skipx.fusion.result import LengthRow


class LengthTable(Sequence[LengthRow]):
    """The rows of the lengths 2, 3, …, each made when it is asked for."""

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """``columns`` are the fields of :class:`LengthRow`, all of one shape ``(n,)``."""
        self.columns = columns

    @classmethod
    def of(
        cls, counts: Mapping[str, NDArray[np.int64]], items: int, iterations: int
    ) -> LengthTable:
        """Add eqs. 7 and 8 to the native columns; all counts are over all iterations."""
        length = np.arange(2, 2 + len(counts["distinct"]))
        left = items - counts["c_fused"] * (length - 1)
        left_types = items - counts["c_types"] * (length - 1)
        return cls(
            {
                "length": length,
                "distinct": counts["distinct"],
                "windows": counts["windows"],
                "ps1_types": counts["ps1_types"],
                "ps1_instances": counts["ps1_instances"],
                "c_fused": counts["c_fused"] / iterations,
                "c_types": counts["c_types"] / iterations,
                "k_fused": left / iterations,
                "speedup": items / left,
                "speedup_types": items / left_types,
            }
        )

    def __len__(self) -> int:
        return len(self.columns["length"])

    @overload
    def __getitem__(self, index: int) -> LengthRow: ...

    @overload
    def __getitem__(self, index: slice) -> LengthTable: ...

    def __getitem__(self, index: int | slice) -> LengthRow | LengthTable:
        if isinstance(index, slice):
            return LengthTable({name: column[index] for name, column in self.columns.items()})
        return LengthRow(**{name: column[index].item() for name, column in self.columns.items()})

    def __iter__(self) -> Iterator[LengthRow]:
        for row in zip(*(column.tolist() for column in self.columns.values()), strict=True):
            yield LengthRow(*row)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LengthTable):
            return NotImplemented
        columns = self.columns.items()
        return all(np.array_equal(column, other.columns[name]) for name, column in columns)

    __hash__ = None  # type: ignore[assignment]

"""One operator as it was seen at one batch size and one sequence length."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A tensor: dimensions, strides, dtype and the bytes of an element."""

    dims: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: str
    itemsize: int
    device: str

    @property
    def elements(self) -> int:
        """Number of elements."""
        return _product(self.dims)

    @property
    def stored_bytes(self) -> int:
        """Bytes of the storage behind it: an expanded dimension is stored once."""
        pairs = zip(self.dims, self.strides, strict=True)
        return _product(size if stride or not size else 1 for size, stride in pairs) * self.itemsize

    @property
    def contiguous(self) -> bool:
        """Whether its elements lie in memory in the order of its dimensions, without gaps."""
        expected = 1
        for size, stride in zip(reversed(self.dims), reversed(self.strides), strict=True):
            if size != 1 and stride != expected:
                return False
            expected *= size
        return True


@dataclass(frozen=True, slots=True)
class Launches:
    """What an operator puts on the device itself; see ``launches``."""

    kernels: int = 0
    copies: int = 0
    waits: bool = False

    def __bool__(self) -> bool:
        return bool(self.kernels or self.copies)


@dataclass(frozen=True, slots=True)
class Work:
    """What the launched kernels compute and move. ``gemm`` is (batch, m, n, k)."""

    flops: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    gemm: tuple[int, int, int, int] | None = None
    library: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operator. ``name`` has no overload; ``leaf``: it calls no others."""

    name: str
    leaf: bool
    view: bool
    inputs: tuple[Seen, ...]
    outputs: tuple[Seen, ...]
    scalars: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """A row of an observed pass."""

    call: Call
    depth: int
    module: str
    launches: Launches
    work: Work


def _product(sizes: object) -> int:
    result = 1
    for size in sizes:  # type: ignore[attr-defined]
        result *= size
    return result

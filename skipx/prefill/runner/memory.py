"""Which of a library's errors tell that memory has ended."""

from __future__ import annotations

from collections.abc import Iterator

_SIGNS = (
    "DefaultCPUAllocator: can't allocate memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDA error: out of memory",
    "CUDA out of memory",
)
"""Parts of messages of errors that have no type of their own."""


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error, or one that caused it, is that memory of host or device ended."""
    return any(_is_sign(each) for each in _chain(error))


def _is_sign(error: BaseException) -> bool:
    # torch's class is told by its name, so that asking does not import torch.
    named = any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__)
    return named or isinstance(error, MemoryError) or any(sign in str(error) for sign in _SIGNS)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__

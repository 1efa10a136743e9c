"""Errors that tell that memory has ended, whoever raised them."""

from __future__ import annotations

import pytest

from skipx.prefill.runner.memory import is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """Named as torch's class is."""


def caused(inner: Exception) -> Exception:
    try:
        raise RuntimeError("the compiler failed") from inner
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        caused(OutOfMemoryError("no more")),
    ],
)
def test_memory_has_ended(error: Exception) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error", [ValueError("memory"), RuntimeError("mat1 and mat2 shapes cannot be multiplied")]
)
def test_memory_is_not_to_blame(error: Exception) -> None:
    assert not is_out_of_memory(error)
    assert not is_out_of_memory(caused(error))


def test_the_error_of_torch_itself() -> None:
    torch = pytest.importorskip("torch")
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert is_out_of_memory(caught.value)

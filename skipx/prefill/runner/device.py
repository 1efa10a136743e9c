"""The device that a model runs on, as torch sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skipx.errors import MissingDependencyError, UsageError


@dataclass(frozen=True, slots=True)
class TorchDevice:
    """A device of this process; ``name`` is torch's, such as ``cuda:0`` or ``cpu``."""

    name: str

    @classmethod
    def named(cls, name: str) -> TorchDevice:
        """Return the device, made the current one.

        Raises ``UsageError`` for a name that torch does not know, ``MissingDependencyError``
        where torch or the device is not there.
        """
        try:
            import torch
        except ImportError:
            raise MissingDependencyError(
                "torch is not installed", hint='pip install "skipx[torch]"'
            ) from None
        try:
            device = torch.device(name)
        except RuntimeError as error:
            raise UsageError(
                f"torch knows no device {name!r}", hint="cuda, cuda:1 or cpu"
            ) from error
        if device.type == "cpu":
            return cls("cpu")
        if device.type != "cuda":
            raise UsageError(f"the device is {device.type!r}", hint="cuda, cuda:1 or cpu")
        if not torch.cuda.is_available():
            raise MissingDependencyError(
                "torch finds no CUDA device", hint="skipx doctor tells what is missing"
            )
        index = device.index or 0
        if index >= torch.cuda.device_count():
            raise MissingDependencyError(
                f"there is no {name}: torch finds {torch.cuda.device_count()} CUDA devices"
            )
        torch.cuda.set_device(index)
        return cls(f"cuda:{index}")

    @property
    def is_cuda(self) -> bool:
        """Whether kernels are launched on it."""
        return self.name != "cpu"

    def synchronize(self) -> None:
        """Wait for everything that was launched on it."""
        if self.is_cuda:
            import torch

            torch.cuda.synchronize(self.name)

    def facts(self) -> dict[str, Any]:
        """Return what is worth knowing of it beside a measurement; JSON-ready."""
        import torch

        facts: dict[str, Any] = {"device": self.name}
        if self.is_cuda:
            properties = torch.cuda.get_device_properties(self.name)
            major, minor = properties.major, properties.minor
            facts |= {
                "gpu": properties.name,
                "compute_capability": f"{major}.{minor}",
                "multiprocessors": properties.multi_processor_count,
                "memory_bytes": properties.total_memory,
                "cuda": torch.version.cuda,
            }
        return facts

    def peak_memory(self) -> int | None:
        """Return the most bytes that torch had allocated on it; None for the CPU."""
        if not self.is_cuda:
            return None
        import torch

        return int(torch.cuda.max_memory_allocated(self.name))

    def uuid(self) -> str | None:
        """Return its UUID as NVML writes it, None where torch does not tell it."""
        if not self.is_cuda:
            return None
        import torch

        uuid = getattr(torch.cuda.get_device_properties(self.name), "uuid", None)
        return None if uuid is None else f"GPU-{uuid}"

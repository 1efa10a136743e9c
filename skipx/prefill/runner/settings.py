"""How often and for how long a point is measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from skipx.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """The protocol's numbers; ``docs/prefill.md`` tells what each pass is for.

    ``start_s`` and ``silence_s`` are the longest silences of the measuring process: until its
    first iteration is measured (it builds and compiles), and after.
    """

    device: str = "cuda"
    """As torch names it: ``cuda``, ``cuda:1``, ``cpu``."""
    warm_ups: int = 5
    warm_up_s: float = 0.5
    """Warm-up lasts for both, its calls and its time."""
    control: int = 20
    control_s: float = 0.5
    """Iterations and time that the first control pass has at least."""
    rounds: int = 3
    """Traced passes; each is followed by a control pass."""
    traced: int = 5
    """Iterations of each of these passes."""
    pass_s: float = 10.0
    """Warm-up and control passes end after this time, though with few iterations."""
    shapes: bool = True
    """Whether a last pass records the operators' shapes."""
    start_s: float = 1800.0
    silence_s: float = 300.0

    def __post_init__(self) -> None:
        counts = {"control": self.control, "rounds": self.rounds, "traced": self.traced}
        for name, value in counts.items():
            if value < 1:
                raise UsageError(f"{name} is {value}: it is a count from 1")
        if self.warm_ups < 0:
            raise UsageError(f"warm_ups is {self.warm_ups}: it is a count from 0")

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the settings that ``to_dict`` gave."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})

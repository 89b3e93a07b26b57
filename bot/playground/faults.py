"""Turns a plan of what shall go wrong into what becomes of each call. Knows no HTTP.

Three ways to lose an answer differ in what happened before: nothing (`drop_before`), everything
(`drop_after`), or everything but late (`slow`).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["error", "status", "ratelimited", "drop_before", "drop_after", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with the calls of a method ("*" for any), `times` times.

    The first `after` calls go well.
    """

    method: str
    kind: Kind
    times: int = 1
    after: int = 0
    code: str = "internal_error"
    status: int = 500
    seconds: float = 1.0

    @property
    def accepted(self) -> bool:
        """Whether the call is done all the same, and only its answer is lost or late."""
        return self.kind in {"drop_after", "slow"}


@dataclass(slots=True)
class Faults:
    """The plan, in the order in which it was made."""

    _plan: list[Fault] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many calls are still to go wrong."""
        return sum(fault.times for fault in self._plan)

    def add(self, fault: Fault) -> None:
        """Plan a fault; after those planned before for the same calls."""
        self._plan.append(fault)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._plan.clear()

    def strike(self, method: str) -> Fault | None:
        """Say what goes wrong with this call, and count it."""
        for at, fault in enumerate(self._plan):
            if fault.method not in (method, "*"):
                continue
            if fault.after:
                self._plan[at] = replace(fault, after=fault.after - 1)
                return None
            self._plan[at] = replace(fault, times=fault.times - 1)
            if fault.times <= 1:
                del self._plan[at]
            return fault
        return None

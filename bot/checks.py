"""What `tape doctor` looked at. Knows nothing of how."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and what was seen or is to be done."""

    name: str
    well: bool
    seen: str

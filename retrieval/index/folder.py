"""What is on disk beside an index: who owns it, what it holds, and whether it was closed well.

Knows files, and nothing of what is inside an index.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from shutil import rmtree
from typing import Self

from retrieval.errors import LockedError

_KEPT = 2
"""Broken folders that are kept for a look; older ones are removed."""

Seal = dict[str, list[int]]
"""Size and time of each file, as they were when the index was closed."""


class Lock:
    """The right to an index folder: one process at a time, given back when the process ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "lock").open("a", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise LockedError(str(folder)) from error

    def release(self) -> None:
        """Let the next process in."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class State:
    """What an index was made with, the change that it has applied, and its seal if it is closed."""

    version: str
    applied: int = 0
    seal: Seal | None = None

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read a state; None if there is none, or none that was written whole."""
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Replace the state on disk in one step."""
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def at(self, applied: int) -> "State":
        """The state of the open index after a change."""
        return replace(self, applied=applied, seal=None)


def seal_of(folder: Path) -> Seal:
    """Describe the files of a closed index."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stats = {str(path.relative_to(folder)): path.stat() for path in files}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def set_aside(folder: Path) -> Path:
    """Rename a broken index, never copy it: its sparse files can claim terabytes."""
    broken = sorted(folder.parent.glob(f"{folder.name}.broken-*"), key=_number)
    for old in broken[: 1 - _KEPT]:
        rmtree(old)
    number = _number(broken[-1]) + 1 if broken else 1
    return folder.rename(folder.with_name(f"{folder.name}.broken-{number}"))


def _number(path: Path) -> int:
    digits = path.name.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0

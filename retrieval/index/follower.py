"""Keeps one index equal to the store: opens it, mends it, applies changes. Knows no query.

An index holds nothing that the store does not, so the answer to all that can go wrong with it is
the same: put it aside and fill a new one from the store.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from retrieval.errors import DamagedIndexError
from retrieval.index.folder import State, seal_of, set_aside
from retrieval.index.truth import Truth, net

log = logging.getLogger(__name__)

STEP = 500
"""Changes, or missing chunks, that are applied between two writes of the state."""

Ids = Sequence[str]


class Index(Protocol):
    """What can follow."""

    def ids(self) -> set[str]:
        """All that it holds."""

    def close(self) -> None:
        """Let go of the folder."""


IndexT = TypeVar("IndexT", bound=Index)


class Follower(Generic[IndexT]):
    """One index and how far it has come. Hold `turn` to read the index.

    `apply` puts ids and drops ids. What it did must be on disk when it returns, since the state
    that says so is written next. To apply a change twice does no harm, so a kill in between costs
    nothing.
    """

    def __init__(
        self,
        truth: Truth,
        folder: Path | None,
        version: str,
        *,
        open_index: Callable[[], IndexT],
        apply: Callable[[IndexT, Ids, Ids], None],
        probe: Callable[[], bool],
    ) -> None:
        self.turn = threading.RLock()
        self.stopped = threading.Event()
        self._truth = truth
        self._folder = folder
        self._state = State(version)
        self._open_index = open_index
        self._apply = apply
        self._probe = probe
        self._index: IndexT | None = None
        self._sound = self._read_state()

    @property
    def applied(self) -> int:
        """The number of the last change that the index holds."""
        return self._state.applied

    @property
    def index(self) -> IndexT | None:
        """The index, None while it is not open. It was current when `settle` returned."""
        return self._index

    def current(self) -> IndexT | None:
        """The index if it holds all that the store does, else None. Does not wait."""
        behind = self.applied != self._truth.last_change()
        return None if behind else self._index

    def is_near(self, gap: int) -> bool:
        """Tell whether little is left to do: no look from a child, and few changes."""
        return self._sound and self._truth.last_change() - self.applied <= gap

    def settle(self) -> int:
        """Bring the index up to the store's last change; the number of changes it took."""
        with self.turn:
            if self.stopped.is_set():
                return 0
            start = self.applied
            try:
                self._advance()
            except DamagedIndexError:
                self.put_aside()
                start = 0
                self._advance()
            return self.applied - start

    def put_aside(self) -> None:
        """Take a damaged index out of use; the next `settle` fills a new one."""
        with self.turn:
            log.warning("an index is damaged and will be filled again: %s", self._folder)
            self._let_go()
            if self._folder and self._folder.exists():
                set_aside(self._folder)
            self._state = State(self._state.version)

    def clear(self) -> None:
        """Remove the index; the next `settle` fills a new one."""
        with self.turn:
            self._let_go()
            if self._folder and self._folder.exists():
                shutil.rmtree(self._folder)
            self._state = State(self._state.version)

    def close(self) -> None:
        """Stop what is under way, close the index, and seal it: the next start can trust it."""
        self.stopped.set()
        with self.turn:
            if self._let_go() and self._folder:
                self._save(State(self._state.version, self.applied, seal_of(self._folder)))

    def _advance(self) -> None:
        if self._index is None:
            self._open()
        if self._index is not None:
            self._replay(self._index)

    def _open(self) -> None:
        """Open the index, and keep it if it could be made whole before a stop."""
        fresh = self._folder is None or not self._folder.exists()
        if not fresh and not self._sound and not self._probe():
            raise DamagedIndexError(str(self._folder))
        self._sound = True
        self._save(State(self._state.version, self.applied))
        index = self._open_index()
        try:
            whole = self._fill(index, self._truth.last_change()) if fresh else self._mend(index)
        except DamagedIndexError:
            _close(index)
            raise
        if whole:
            self._index = index
        else:
            _close(index)

    def _mend(self, index: IndexT) -> bool:
        """Changes say what was corrected; the ids say whether anything else was lost."""
        return self._replay(index) and self._fill(index, self.applied)

    def _replay(self, index: IndexT) -> bool:
        """Apply the changes that the index has not seen; False if stopped before the last."""
        while self.applied < self._truth.last_change():
            if self.stopped.is_set():
                return False
            changes = self._truth.changes(self.applied, STEP)
            self._apply(index, *net(changes))
            self._save(State(self._state.version, changes[-1].seq))
        return True

    def _fill(self, index: IndexT, goal: int) -> bool:
        """Make the ids equal to the store's, which is then at change `goal` or later."""
        live, held = self._truth.chunk_ids(), index.ids()
        if extra := sorted(held - live):
            self._apply(index, (), extra)
        missing = sorted(live - held)
        for start in range(0, len(missing), STEP):
            if self.stopped.is_set():
                return False
            self._apply(index, missing[start : start + STEP], ())
        self._save(State(self._state.version, goal))
        return True

    def _let_go(self) -> bool:
        index, self._index = self._index, None
        if index is not None:
            _close(index)
        return index is not None

    def _read_state(self) -> bool:
        """Take over the state on disk; tell whether the folder is as a good end left it.

        What another model or version made, or another database, is removed.
        """
        if self._folder is None or not self._folder.exists():
            return True
        found = State.read(self._state_path(self._folder))
        if found is None or not self._is_ours(found):
            shutil.rmtree(self._folder)
            return True
        self._state = found
        return found.seal == seal_of(self._folder)

    def _is_ours(self, found: State) -> bool:
        same = found.version == self._state.version
        return same and found.applied <= self._truth.last_change()

    def _save(self, state: State) -> None:
        self._state = state
        if self._folder:
            state.write(self._state_path(self._folder))

    @staticmethod
    def _state_path(folder: Path) -> Path:
        return folder.with_name(f"{folder.name}.json")


def _close(index: Index) -> None:
    """Close an index whose folder may be broken by now."""
    with suppress(DamagedIndexError):
        index.close()

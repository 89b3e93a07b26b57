"""Wires what knows articles: store, companies, reader, embedder, indexes.

Knows no question, no setting.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from retrieval.answers import Searches
from retrieval.db import connect, migrate
from retrieval.errors import OtherModelError
from retrieval.index.embed import Embed
from retrieval.index.follow import Indexes
from retrieval.index.late import Late
from retrieval.language.reader import Reader
from retrieval.language.securities import Securities, load_securities
from retrieval.store.store import Store, Then


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that can be read from and written to, ready for use. Close it when done.

    `searches` is filled while one question is answered: the same search is not run twice, and what
    was found can be kept with the answer. None keeps nothing. `then` runs in each transaction that
    stores articles.
    """

    store: Store
    securities: Securities
    reader: Reader
    embedder: Embed
    indexes: Indexes
    embeds_late: bool = False
    searches: Searches | None = None
    then: Then | None = None

    @classmethod
    def open(cls, url: str, folder: Path, *, embedder: Embed, reader: Reader) -> Self:
        """Open the database and the indexes that follow it, which lie in `folder`/index."""
        return cls._of(url, folder / "index", embedder, reader)

    @classmethod
    def beside(cls, url: str, *, embedder: Embed, reader: Reader) -> Self:
        """Open the database whose indexes another process owns: the store itself is searched."""
        return cls._of(url, None, embedder, reader)

    @classmethod
    def in_memory(cls, embedder: Embed, reader: Reader, *, embeds_late: bool = False) -> Self:
        """A library that leaves nothing behind: for one file, one test, one evaluation.

        `embeds_late` is for one question: most are answered from the ledger alone, and loading the
        model takes longer than all else. Its passages are embedded by the first search.
        """
        return cls._of("sqlite://", None, embedder, reader, embeds_late=embeds_late)

    @classmethod
    def _of(
        cls,
        url: str,
        folder: Path | None,
        embedder: Embed,
        reader: Reader,
        *,
        embeds_late: bool = False,
    ) -> Self:
        store = Store(connect(url))
        with ExitStack() as undo:
            undo.callback(store.close)
            migrate(store.engine, "retrieval.store")
            if other := store.other_model(embedder.name):
                raise OtherModelError(other)
            truth = Late(store, embedder) if embeds_late else store
            indexes = Indexes.open(truth, folder, model=embedder.name)
            undo.pop_all()
        return cls(store, load_securities(), reader, embedder, indexes, embeds_late)

    def close(self) -> None:
        """Let go of the index folder and the database."""
        self.indexes.close()
        self.store.close()

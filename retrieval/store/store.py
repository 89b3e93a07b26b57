"""The truth behind one object: each question and each write is one transaction. Knows no index."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, delete, select

from retrieval.db import insert_new, reading
from retrieval.models import (
    Analysis,
    Article,
    ArticleHead,
    Chunk,
    Claim,
    Fact,
    Guess,
    Scope,
    Searched,
    StoredArticle,
    Story,
    Trigger,
)
from retrieval.store import passages, read, windows, write
from retrieval.store.records import Bylined, Change, Facets, Record, Telling, batches
from retrieval.store.schema import audit
from retrieval.store.scope import NOW, Known
from retrieval.store.write import Then

__all__ = ["Change", "Record", "Store", "Then"]


class Store:
    """Articles in their versions, what they say, their chunks with vectors, the order of changes.

    Without `as_of` the current versions answer; with it, those that had been ingested and not yet
    replaced then.
    """

    def __init__(self, engine: Engine, upto: int | None = None) -> None:
        self.engine = engine
        self._upto = upto
        self._sources: tuple[int, tuple[str, ...]] = (-1, ())  # as of a change

    def put(
        self,
        article: Article,
        analysis: Analysis,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        *,
        now: datetime,
        model: str = "",
    ) -> StoredArticle:
        """Write one article as its newest version, in one transaction."""
        record = Record(article, analysis, tuple(chunks), vectors, model)
        return self.put_many([record], now=now)[0]

    def put_many(
        self, records: Sequence[Record], *, now: datetime, then: Then | None = None
    ) -> list[StoredArticle]:
        """Write records in one transaction, all or none; each is a step of the change sequence.

        The version before stays, superseded. The same content by the same engine writes nothing.
        `then` runs in the same transaction with what was written, if anything was: what it raises
        undoes all of it.
        """
        told = write.told(records, now)
        with self.engine.begin() as connection:
            return write.put_many(connection, told, now, then)

    def at_change(self, number: int) -> "Store":
        """The same store, read as this change left it, whatever came later.

        It sees what a question saw when this was the last change: unlike a moment, a change says
        exactly which writes were there.
        """
        return Store(self.engine, number)

    def _known(self, as_of: datetime | None) -> Known:
        return Known(as_of, self._upto)

    def move(self, addresses: Mapping[str, str]) -> None:
        """Give articles, by id, another address; what they say stays the same version."""
        with self.engine.begin() as connection:
            write.move(connection, addresses)

    def at(self, url: str) -> str | None:
        """The id of the article at an address; None when none is stored from there."""
        with reading(self.engine) as connection:
            return read.at(connection, url)

    def hashes(self, ids: Iterable[str]) -> dict[str, str]:
        """The content hash of each article's current version; unknown ids are left out."""
        with reading(self.engine) as connection:
            return read.hashes(connection, ids)

    def article(
        self, article_id: str, *, as_of: datetime | None = None, version: int | None = None
    ) -> StoredArticle | None:
        """One version of an article: the numbered one, the one known then, else the current one."""
        with reading(self.engine) as connection:
            return read.article(connection, article_id, self._known(as_of), version)

    def fallbacks(self) -> dict[str, int]:
        """How many current versions the built-in engine read in a chat model's place, by reason."""
        with reading(self.engine) as connection:
            return read.fallbacks(connection)

    def heads(self, ids: Iterable[str], *, as_of: datetime | None = None) -> dict[str, ArticleHead]:
        """What an answer shows of articles, by id; unknown ids are left out."""
        with reading(self.engine) as connection:
            return read.heads(connection, ids, self._known(as_of))

    def newest(self, scope: Scope, *, limit: int) -> list[ArticleHead]:
        """The newest articles in scope, by publication (first seen where undated)."""
        with reading(self.engine) as connection:
            return read.newest(connection, scope, limit, self._upto)

    def claims(self, scope: Scope, *, limit: int = 2000) -> list[Claim]:
        """The claims in scope, newest article first; by ticker, the claims about that ticker."""
        with reading(self.engine) as connection:
            return read.claims(connection, scope, limit, self._upto)

    def claims_over(
        self, scope: Scope, *, since: datetime, limit: int
    ) -> list[tuple[Claim, datetime | None]]:
        """The claims that were known at any moment from `since` to the scope's `as_of`.

        With each the moment from which its version was not known any more: None for never. What was
        known at a moment between is what had been ingested and not been replaced then, so that one
        reading gives many days.
        """
        with reading(self.engine) as connection:
            return read.claims_over(connection, scope, since, limit, self._upto)

    def guesses(self, scope: Scope, *, limit: int = 2000) -> list[Guess]:
        """What the exposure map infers in scope: kept apart from the claims, as no source says it.

        Newest article first; by ticker, about that ticker.
        """
        with reading(self.engine) as connection:
            return read.guesses(connection, scope, limit, self._upto)

    def story(self, story_id: str, *, as_of: datetime | None = None) -> Story | None:
        """The articles that report one event, as they are or were known; None for no such story."""
        with reading(self.engine) as connection:
            return read.story(connection, story_id, self._known(as_of))

    def new_facts(
        self, article_ids: Sequence[str], *, as_of: datetime | None = None
    ) -> dict[str, tuple[Fact, ...]]:
        """The facts that each article added to its story, by article id; unknown ids left out."""
        with reading(self.engine) as connection:
            return read.facts_of(connection, article_ids, self._known(as_of))

    def triggers(
        self, article_ids: Sequence[str], as_of: datetime | None = None
    ) -> dict[str, tuple[Trigger, ...]]:
        """What would change the view, by article id; articles without triggers are left out."""
        with reading(self.engine) as connection:
            return read.triggers_of(connection, article_ids, self._known(as_of))

    def dated_triggers(self, since: datetime, *, limit: int) -> list[tuple[ArticleHead, Trigger]]:
        """What would change the view and may name a day or a month, newest articles first.

        Of articles dated from `since` on, but for those that came as history.
        """
        with reading(self.engine) as connection:
            return read.dated_triggers(connection, since, limit, self._known(None))

    def sources(self, as_of: datetime | None = None) -> tuple[str, ...]:
        """The names of the sources of current articles, or of those then, in order.

        The current ones are read anew after each change.
        """
        change, named = self._sources
        with reading(self.engine) as connection:
            if (at := self._known(as_of)) != NOW:
                return read.sources(connection, at)
            if (last := passages.last_change(connection)) != change:
                named = read.sources(connection, NOW)
                self._sources = (last, named)
        return named

    def searched(self, scope: Scope) -> Searched:
        """How much a scope can see."""
        with reading(self.engine) as connection:
            return read.searched(connection, scope, self._upto)

    def last_change(self) -> int:
        """The number of the newest change; 0 before the first."""
        with reading(self.engine) as connection:
            return passages.last_change(connection)

    def change_before(self, moment: datetime) -> int:
        """The last change that was ingested before a moment; 0 where there is none."""
        with reading(self.engine) as connection:
            return windows.change_before(connection, moment)

    def written_after(self, change: int, *, limit: int) -> list[ArticleHead]:
        """The newest articles written after a change that say something else than before it.

        Those that came as history stand last.
        """
        with reading(self.engine) as connection:
            return windows.written_after(connection, change, limit, self._upto)

    def count_after(self, change: int) -> tuple[int, int]:
        """Count the articles of which `written_after` lists the newest: news, and history."""
        with reading(self.engine) as connection:
            return windows.count_after(connection, change, self._upto)

    def tellings(self, stories: Iterable[str], *, until: int) -> list[Telling]:
        """When the articles of stories were written and replaced, up to a change."""
        with reading(self.engine) as connection:
            return windows.tellings(connection, stories, until)

    def changes(self, after: int, limit: int) -> list[Change]:
        """The next changes in the order of their commits, none left out."""
        with reading(self.engine) as connection:
            return passages.changes_after(connection, after, limit)

    def chunk_ids(self) -> set[str]:
        """The ids of all live chunks: those of current versions."""
        with reading(self.engine) as connection:
            return passages.live(connection)

    def chunks(self, ids: Sequence[str], *, as_of: datetime | None = None) -> dict[str, Chunk]:
        """Chunks by id, replaced ones too; one that versions share is shown with its newest."""
        with reading(self.engine) as connection:
            return passages.chunks_of(connection, ids, self._known(as_of))

    def bylined(self, ids: Sequence[str], *, as_of: datetime | None = None) -> dict[str, Bylined]:
        """Chunks by id, as `chunks` gives them, with what a search goes by."""
        with reading(self.engine) as connection:
            return passages.bylined(connection, ids, self._known(as_of))

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the vector of ids[i]; KeyError for an id that was never put, (0, 0) for none."""
        with reading(self.engine) as connection:
            return passages.vectors(connection, ids)

    def embedded(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are there by chunk id: what needs no embedding again."""
        with reading(self.engine) as connection:
            return passages.embedded(connection, ids)

    def other_model(self, model: str) -> str | None:
        """A model other than this one that made vectors of this store, if there is one."""
        with reading(self.engine) as connection:
            return passages.other_model(connection, model)

    def facets(self, ids: Sequence[str]) -> list[Facets]:
        """What a scope asks of chunks, in the order of ids; KeyError for one never put."""
        with reading(self.engine) as connection:
            return passages.facets(connection, ids)

    def lexical_rows(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Chunk id, title and text, in the order of ids; unknown ids are left out."""
        with reading(self.engine) as connection:
            return passages.lexical_rows(connection, ids)

    def narrow(self, scope: Scope, limit: int) -> set[str] | None:
        """The chunk ids in scope; None when it has no limits or more than `limit` chunks."""
        with reading(self.engine) as connection:
            return passages.narrow(connection, scope, limit, self._upto)

    def within(self, ids: Sequence[str], scope: Scope) -> set[str]:
        """Those of the chunks that a scope may see."""
        with reading(self.engine) as connection:
            return passages.within(connection, ids, scope, self._upto)

    def audit(self, replay_id: str, *, asked: str, payload: str, now: datetime) -> None:
        """Keep an answer under its replay id; the same id again changes nothing."""
        row = {"replay_id": replay_id, "asked": asked, "payload": payload, "at": now}
        with self.engine.begin() as connection:
            insert_new(connection, audit, row, key=["replay_id"])

    def audited(self, replay_id: str) -> str | None:
        """The answer that was kept under a replay id."""
        with reading(self.engine) as connection:
            query = select(audit.c.payload).where(audit.c.replay_id == replay_id)
            return connection.execute(query).scalar_one_or_none()

    def forget_answers(self, replay_ids: Collection[str]) -> None:
        """Take answers out of the audit, with the questions: they cannot be replayed any more."""
        with self.engine.begin() as connection:
            for some in batches(sorted(replay_ids)):
                connection.execute(delete(audit).where(audit.c.replay_id.in_(some)))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

"""A query to the passages that search finds, each with where it stands. Knows no question kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from retrieval.ask.search import search
from retrieval.library import Library
from retrieval.models import Scope


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, word for word, and its place: `start` and `end` are characters of its article.

    `score` lies in [0, 1] and is comparable within one query only; `url` is the stored one.
    """

    text: str
    article_id: str
    version: int
    start: int
    end: int
    score: float
    title: str | None
    url: str | None
    source: str | None
    published_at: datetime | None


def finder(
    library: Library, *, scope: Scope = Scope(), limit: int = 8
) -> Callable[[str], list[Found]]:
    """Make a search over a scope: what it is given finds at most `limit` passages, best first.

    With `retrieval.llm.retriever_of` it is a LangChain retriever.
    """

    def find(query: str) -> list[Found]:
        hits = search(query, library=library, scope=scope, limit=limit)
        heads = library.store.heads({h.chunk.article_id for h in hits}, as_of=scope.as_of)
        return [
            Found(
                text=hit.chunk.text,
                article_id=head.article_id,
                version=head.version,
                start=hit.chunk.start,
                end=hit.chunk.end,
                score=hit.score,
                title=head.title,
                url=head.url,
                source=head.source,
                published_at=head.published_at,
            )
            for hit in hits
            if (head := heads.get(hit.chunk.article_id)) is not None
        ]

    return find

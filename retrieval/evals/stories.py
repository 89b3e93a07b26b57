"""Labelled pairs of articles to figures of the stories they are placed in.

Knows the library it fills in memory; of each article only the first passage is embedded, which is
all that a story goes by.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from retrieval.evals.data import Row, article_of, rows
from retrieval.evals.figures import Figure, Tally, share
from retrieval.evals.rewrites import told
from retrieval.index.chunks import chunk_spans, titled
from retrieval.index.embed import Embed
from retrieval.ingest import BATCH
from retrieval.language.imprints import shingles
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import Securities, load_securities
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import Analysis, Article, Chunk, Sentiment
from retrieval.store.records import Record, batches

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""When all is first seen; undated articles are placed as of then."""

SEED = 2026
"""Of the rewrites that the scoreboard measures; the rules were set on those of seed 1."""

ALIKE, UNLIKE = 0.5, 0.2
"""Shares of three-word shingles: the silver list's rule for a near-copy, and next to none."""

LATER = timedelta(days=3)
"""Two articles that share no words and lie so far apart tell of two events."""

_OPENING = 4_000  # characters in which the first passage ends

Pair = tuple[str, str]


class _Names:
    """A reader of who is named: nothing else of an analysis matters to a story."""

    engine = "mentions"

    def __init__(self, securities: Securities) -> None:
        self._securities = securities

    @property
    def local(self) -> "_Names":
        return self

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """Find the mentions of each article."""
        return [
            Analysis(
                "en",
                "",
                Sentiment(0.0),
                (),
                find_mentions(article.text, self._securities, title=article.title),
                (),
                (),
                self.engine,
            )
            for article in articles
        ]


def near_duplicates(folder: Path, embedder: Embed) -> list[Figure]:
    """Pair precision and recall over the stories of articles.jsonl.

    Recall is over the pairs that the folder lists. Precision is over those pairs of one story that
    can be judged by a rule: right are the listed ones and those that share half of their shingles;
    wrong are those that share next to none and are about other companies (by the gold tickers) or
    three days apart. `confirmed` counts all others as wrong too: a lower bound, because the
    rewrites of one event are among them.
    """
    listed = [_pair(row["a"], row["b"]) for row in rows(folder, "near_duplicates.jsonl")]
    gold = {str(row["id"]): row for row in rows(folder, "articles.jsonl")}
    articles = {i: article_of(row) for i, row in gold.items()}
    joined = set(_pairs(placed(articles.values(), embedder)))
    right = {pair for pair in joined if pair in listed or _likeness(pair, articles) >= ALIKE}
    wrong = {pair for pair in joined - right if _apart(pair, articles, gold)}
    found = [pair for pair in listed if pair in joined]
    judged = len(right) + len(wrong)
    return [
        Figure("near_duplicates", "precision", share(len(right), judged), judged),
        Figure("near_duplicates", "recall", share(len(found), len(listed)), len(listed)),
        Figure("near_duplicates", "confirmed", share(len(right), len(joined)), len(joined)),
    ]


def rewrites(embedder: Embed, given: Mapping[str, Sequence[Article]]) -> list[Figure]:
    """Pair precision and recall over the stories of 200 rewrites and of what resembles them.

    `given` are our own articles by event, which are rewritten beside the invented ones.
    """
    every = told(SEED, given)
    events: defaultdict[str, list[str]] = defaultdict(list)
    for one in every:
        events[one.event].append(one.article.id)
    tally = Tally()
    joined = _pairs(placed([one.article for one in every], embedder))
    tally.add(set(map(str, joined)), set(map(str, _pairs(events))))
    return [
        Figure("rewrites", "precision", tally.precision, tally.found),
        Figure("rewrites", "recall", tally.recall, tally.wanted),
    ]


def placed(articles: Iterable[Article], embedder: Embed) -> dict[str, list[str]]:
    """Put articles into an empty library, the oldest first; the ids of each story's."""
    library = Library.in_memory(embedder, _Names(load_securities()))
    arriving = sorted(articles, key=lambda a: (a.published_at or NOW, a.id))
    stories: defaultdict[str, list[str]] = defaultdict(list)
    for batch in batches(arriving, BATCH):
        for stored in library.store.put_many(_records(batch, library), now=NOW):
            stories[stored.membership.story_id].append(stored.article.id)
    library.close()
    return stories


def _records(articles: Sequence[Article], library: Library) -> list[Record]:
    chunks = [_first_passage(article, library.embedder) for article in articles]
    vectors = library.embedder.encode(
        [titled(a.title, chunk.text) for a, chunk in zip(articles, chunks, strict=True)]
    )
    return [
        Record(
            article=article,
            analysis=analysis,
            chunks=(chunk,),
            vectors=vectors[n : n + 1],
            model=library.embedder.name,
        )
        for n, (article, chunk, analysis) in enumerate(
            zip(articles, chunks, library.reader.read(articles), strict=True)
        )
    ]


def _first_passage(article: Article, embedder: Embed) -> Chunk:
    opening = article.text[:_OPENING]
    spans = chunk_spans(opening, sentences(opening), embedder.tokens)
    end = spans[0].end if spans else 0
    return Chunk(article.id, article.id, 0, 0, end, article.text[:end])


def _pairs(stories: Mapping[str, Sequence[str]]) -> Iterator[Pair]:
    for ids in stories.values():
        yield from (_pair(a, b) for a, b in combinations(ids, 2))


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


def _likeness(pair: Pair, articles: Mapping[str, Article]) -> float:
    """Jaccard of three-word shingles, counted and not estimated."""
    one, other = (shingles(articles[i].text) for i in pair)
    return len(one & other) / len(one | other)


def _apart(pair: Pair, articles: Mapping[str, Article], gold: Mapping[str, Row]) -> bool:
    """Tell whether two articles are about different events by what the rule can see."""
    if _likeness(pair, articles) >= UNLIKE:
        return False
    one, other = (set(gold[i].get("tickers") or ()) for i in pair)
    if one and other and not one & other:
        return True
    first, second = (articles[i].published_at for i in pair)
    return bool(first and second and abs(first - second) >= LATER)

"""Finds chunks by the words they share with a text: BM25 in Tantivy, which only this module knows.

A text that is searched for is data. No query syntax is read from it, so there is none to escape.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy

from retrieval.errors import DamagedIndexError
from retrieval.index.table import microseconds
from retrieval.index.truth import Facets, Within
from retrieval.models import Scope

ANALYSIS = "words.v2"
"""How words are cut and stemmed, and what else is kept of a chunk: part of the index's version."""

MAX_TERMS = 256
"""A whole article pasted as a question is still answered in milliseconds."""

_HEAP = 50_000_000
"""Bytes a commit may hold in memory: 10,000 chunks are 11 MB of text. Tantivy's least is 15 MB."""

_LONGEST = 64
"""Bytes of a word: what is longer is encoded data."""

_WORD = r"\p{Han}|[[\p{L}\p{N}]--\p{Han}]+"
_SYMBOL = r"[\p{L}\p{N}]+(?:[.,&/'\x{2019}-][\p{L}\p{N}]+)+|\p{Lu}{2,}"
"""AT&T, BRK.B, 10-K, 3.5, and words in capitals, as they are written."""

# Title, text and symbols weigh the same. BM25 favours short fields, so a title already counts more;
# boosts of 0.5, 2 and 3 found less, on news and on filings. Symbols as a field of their own find
# .62 -> .65 of filings in the first 4, and as much of the news as without.

# BM25 does not drop these by itself: titles are short, so "does" is a rare word there.
# Measured, recall@4 of news and filings: .75 and .46 with them, .77 and .62 without.
_FUNCTION_WORDS = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had has
have having he her here hers him his how i if in into is it its just me more most my no nor not of
off on once only or other our out over own said same she should so some such than that the their
them then there these they this those through to too under until up us very was we were what when
where which while who whom whose why will with would you your
"""

Row = tuple[str, str, str]
"""A chunk's id, its article's title, its text."""


class LexicalIndex:
    """An index in a folder, or in memory. Not for two threads at once.

    What was written is seen by the next read, and is on disk after `commit`: one commit serves many
    writes.
    """

    def __init__(self, folder: Path | None) -> None:
        self._schema = _schema()
        self._words, self._symbols = _words(), _symbols()
        self._writer: Any = None
        with _damage():
            if folder is None:
                self._index = tantivy.Index(self._schema)
            else:
                folder.mkdir(parents=True, exist_ok=True)
                self._index = tantivy.Index(self._schema, path=str(folder))
            self._index.config_reader("manual")
            self._index.register_tokenizer("words", self._words)
            self._index.register_tokenizer("symbols", self._symbols)
            self._index.reload()

    def upsert(self, rows: Sequence[Row], facets: Sequence[Facets]) -> None:
        """Write chunks, each with what a scope asks of it; one that is there is replaced."""
        last = {row[0]: (row, said) for row, said in zip(rows, facets, strict=True)}
        self.delete(last)
        with _damage():
            for row, said in last.values():
                self._writing().add_document(_document(row, said))

    def delete(self, ids: Iterable[str]) -> None:
        """Drop chunks; one that is not there is no error."""
        with _damage():
            for chunk_id in ids:
                self._writing().delete_documents_by_term("id", chunk_id)

    def commit(self) -> None:
        """Make what was written last, and visible."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with _damage():
                writer.commit()
                writer.wait_merging_threads()
                self._index.reload()

    def query(self, text: str, k: int, within: Within = None) -> list[tuple[str, float]]:
        """The `k` chunks that share most with a text, best first."""
        parts = self._terms(text)
        if not parts or k < 1:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        for asked in self._asked(within):
            query = query.and_must_match(tantivy.Query.const_score_query(asked, 0.0))
        return self._run(query, k)

    def ids(self) -> set[str]:
        """All chunks of the index."""
        if count := self._searcher().num_docs:
            return {found for found, _ in self._run(tantivy.Query.all_query(), count)}
        return set()

    def has(self, ids: AbstractSet[str]) -> bool:
        """Tell whether all of these chunks are here."""
        searcher = self._searcher()
        with _damage():
            return bool(searcher.search(self._listed(ids), limit=1).count == len(ids))

    def close(self) -> None:
        """Commit and let go of the folder."""
        self.commit()

    def _terms(self, text: str) -> list[Any]:
        text = _clean(text)
        words = list(dict.fromkeys(self._words.analyze(text)))[:MAX_TERMS]
        symbols = list(dict.fromkeys(self._symbols.analyze(text)))[:MAX_TERMS]
        pairs = [(field, word) for field in ("title", "text") for word in words]
        pairs += [("symbols", symbol) for symbol in symbols]
        return [tantivy.Query.term_query(self._schema, f, term, "freq") for f, term in pairs]

    def _asked(self, within: Within) -> Iterator[Any]:
        """What a chunk must meet besides its words."""
        if within is None:
            return
        if not isinstance(within, Scope):
            yield self._listed(within)
            return
        if within.sources is not None:
            yield self._of_sources(within.sources)
        if within.not_sources:
            every, left_out = tantivy.Query.all_query(), self._of_sources(within.not_sources)
            yield tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, every), (tantivy.Occur.MustNot, left_out)]
            )
        if within.tickers is not None:
            yield tantivy.Query.term_set_query(self._schema, "ticker", list(within.tickers))
        for field, since, until in (
            ("dated", within.since, within.until),
            ("ingested", within.ingested_since, None),
        ):
            if since is not None or until is not None:
                yield self._between(field, since, until)

    def _of_sources(self, sources: Iterable[str]) -> Any:
        keys = [_clean(source.casefold()) for source in sources]
        return tantivy.Query.term_set_query(self._schema, "source", keys)

    def _between(self, field: str, since: datetime | None, until: datetime | None) -> Any:
        return tantivy.Query.range_query(
            self._schema,
            field,
            tantivy.FieldType.Integer,
            None if since is None else microseconds(since),
            None if until is None else microseconds(until),
            include_upper=until is None,
        )

    def _listed(self, ids: AbstractSet[str]) -> Any:
        return tantivy.Query.term_set_query(self._schema, "id", sorted(ids))

    def _run(self, query: Any, k: int) -> list[tuple[str, float]]:
        """Search, and order chunks of one score by id, so that an answer is the same each time."""
        searcher = self._searcher()
        with _damage():
            hits = searcher.search(query, limit=k, count=False).hits
            found = [(str(searcher.doc(at).get_first("id")), float(score)) for score, at in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _searcher(self) -> Any:
        self.commit()
        return self._index.searcher()

    def _writing(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer


@contextmanager
def _damage() -> Iterator[None]:
    """Tantivy says ValueError or OSError of all that goes wrong with its files."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise DamagedIndexError("lexical") from error


def _document(row: Row, said: Facets) -> Any:
    chunk_id, title, text = row
    document = tantivy.Document()
    document.add_text("id", chunk_id)
    document.add_text("title", _clean(title))
    document.add_text("text", _clean(text))
    document.add_text("symbols", _clean(f"{title}\n{text}"))
    if said.source_key is not None:
        document.add_text("source", _clean(said.source_key))
    for ticker in said.tickers:
        document.add_text("ticker", ticker)
    document.add_integer("dated", microseconds(said.dated_at))
    document.add_integer("ingested", microseconds(said.ingested_at))
    return document


def _schema() -> Any:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("title", tokenizer_name="words", index_option="freq")
    schema.add_text_field("text", tokenizer_name="words", index_option="freq")
    schema.add_text_field("symbols", tokenizer_name="symbols", index_option="freq")
    for name in ("source", "ticker"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("dated", "ingested"):
        schema.add_integer_field(name, indexed=True, fast=True)
    return schema.build()


def _words() -> Any:
    """English words in lower case without accents and endings; Chinese by the character."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
    for step in (
        tantivy.Filter.remove_long(_LONGEST),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.custom_stopword(_FUNCTION_WORDS.split()),
        tantivy.Filter.stemmer("english"),
    ):
        analyzer = analyzer.filter(step)
    return analyzer.build()


def _symbols() -> Any:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_SYMBOL))
    return analyzer.filter(tantivy.Filter.remove_long(_LONGEST)).build()


def _clean(text: str) -> str:
    """Compose accents, and replace lone surrogates, which are no text."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")

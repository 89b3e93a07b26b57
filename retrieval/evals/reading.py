"""Labelled articles to figures of a reader: mentions and impacts. Knows no engine."""

import re
from collections.abc import Iterable
from pathlib import Path

from retrieval.evals.data import GOLD, Row, article_of, gold_sentences, rows
from retrieval.evals.figures import Figure, Tally, gap, ordered_right, share
from retrieval.language.mentions import find_mentions, names_in_question
from retrieval.language.reader import Reader
from retrieval.language.securities import load_securities
from retrieval.models import Analysis, Direction, Mention

SAME_ISSUER = {"GOOG": "GOOGL", "BRK-A": "BRK-B", "BRK.A": "BRK.B"}
"""Share classes that the gold treats as one."""


_STRENGTHS = {"strong": 2.0, "mild": 1.0}
_SHARE = re.compile(r"[A-Z]\w*\.[A-Z]*")  # a code, a dot and an exchange: "STM.BN", "ABT."


def collisions() -> list[Figure]:
    """Precision and recall of the tickers of our own sentences, sentence by sentence."""
    securities, tally = load_securities(), Tally()
    for file in GOLD:
        for text, named in gold_sentences(file):
            found = find_mentions(text, securities)
            tally.add({m.target.id for m in found if m.target.kind == "ticker"}, set(named))
    return [
        Figure("collisions", "precision", tally.precision, tally.found),
        Figure("collisions", "recall", tally.recall, tally.wanted),
    ]


def mentions(folder: Path) -> list[Figure]:
    """Recall of named US tickers, and the share of other marks (index, currency) taken for one.

    A mark is taken where a ticker is read in its words: a company that the text names elsewhere is
    none of it. The Reuters rows are of 1987, when many symbols were other companies': a figure of
    their own.
    """
    securities, texts = load_securities(), _texts(folder)
    today, of_1987 = Tally(), Tally()
    wrong = marks = 0
    for row in rows(folder, "ticker_mentions.jsonl"):
        text = row["text"] or texts.get(str(row.get("article_id")), "")
        named = [m for m in find_mentions(text, securities) if m.target.kind == "ticker"]
        issuers = {issuer(m.target.id) for m in named}
        listed = {issuer(ticker) for ticker in row["tickers"] if ticker in securities}
        old = str(row["dataset"]).startswith("Reuters")
        (of_1987 if old else today).add(issuers, listed)
        others = _other_marks(row)
        wrong += sum(_taken(mark, named) for mark in others)
        marks += len(others)
    return [
        Figure("ticker_mentions", "recall", today.recall, today.wanted),
        Figure("ticker_mentions", "recall_1987", of_1987.recall, of_1987.wanted),
        Figure("ticker_mentions", "not_a_company_taken", share(wrong, marks), marks),
    ]


def impacts(folder: Path, reader: Reader) -> list[Figure]:
    """Winners and losers named right, the first ranked right, quotes verbatim, traps taken."""
    articles = {r["id"]: article_of(r) for r in rows(folder, "impact_articles.jsonl")}
    sides: dict[Direction, Tally] = {"positive": Tally(), "negative": Tally()}
    firsts = first_right = quotes = verbatim = traps = 0
    total = compared = 0
    in_order = 0.0
    claims: list[tuple[float, bool]] = []
    read = dict(zip(articles, reader.read([*articles.values()]), strict=True))
    for gold in rows(folder, "impact_gold.jsonl"):
        article, analysis = articles[gold["article_id"]], read[gold["article_id"]]
        total += 1
        for side, tally in sides.items():
            tally.add(set(tickers_on(analysis, side)) - _mixed(gold), _gold(gold, side))
        claims += _claims(analysis, gold)
        right, pairs = ordered_right(_relevance(analysis, gold))
        in_order, compared = in_order + right, compared + pairs
        best = [labelled(i) for i in gold["impacts"] if _is(i, "positive")]
        if best:
            firsts += 1
            first_right += tickers_on(analysis, "positive")[:1] == best[:1] or bool(
                set(tickers_on(analysis, "positive")[:1]) & _strongest(gold)
            )
        spoken = [q for i in analysis.impacts for q in i.quotes]
        quotes += len(spoken)
        verbatim += sum(article.text[q.start : q.end] == q.text for q in spoken)
        traps += len(
            {m.target.id for m in analysis.mentions if m.target.kind == "ticker"}
            & set(gold["traps"])
        )
    return [
        *_sides("winners", sides["positive"]),
        *_sides("losers", sides["negative"]),
        Figure("impact_gold", "first_ranked_right", share(first_right, firsts), firsts),
        Figure("impact_gold", "confidence_gap", gap(claims), len(claims)),
        Figure("impact_gold", "relevance_in_order", share(in_order, compared), compared),
        Figure("impact_gold", "quotes_verbatim", share(verbatim, quotes), quotes),
        Figure("impact_gold", "traps_taken", float(traps), total),
    ]


def _sides(name: str, tally: Tally) -> Iterable[Figure]:
    yield Figure("impact_gold", f"{name}_precision", tally.precision, tally.found)
    yield Figure("impact_gold", f"{name}_recall", tally.recall, tally.wanted)


def _texts(folder: Path) -> dict[str, str]:
    return {str(r["id"]): r["text"] for r in rows(folder, "articles.jsonl")}


def issuer(ticker: str) -> str:
    """The issuer's one ticker, whatever class of its shares is named."""
    return SAME_ISSUER.get(ticker, ticker)


def labelled(impact: Row) -> str:
    """The issuer that a label means: one whose symbol has changed since is found by its name."""
    ticker, securities = str(impact["target"]), load_securities()
    if ticker in securities:
        return issuer(ticker)
    named, _ = names_in_question(str(impact.get("name") or ""), securities)
    ids = {mention.target.id for mention in named if mention.target.kind == "ticker"}
    return issuer(ids.pop()) if len(ids) == 1 else ticker


def _other_marks(row: Row) -> list[Row]:
    """The marks of a row that are no company's: indices, futures, currencies, power hubs.

    Among those of an unknown kind, a code with an exchange is a share, of a market that the
    annotators did not know.
    """
    return [
        m
        for m in row.get("mentions") or ()
        if m["kind"] in {"index", "future_or_fx"}
        or (m["kind"] == "other" and not _SHARE.fullmatch(str(m["ric"])))
    ]


def _taken(mark: Row, named: Iterable[Mention]) -> bool:
    """Tell whether a ticker was read in the words of a mark, or in its code where it has none."""
    code, start, end = str(mark["ric"]).lstrip(".").split(".")[0], mark["start"], mark["end"]
    if start is None:
        return any(m.surface == code for m in named)
    return any(m.start < end and start < m.end for m in named)


def tickers_on(analysis: Analysis, side: Direction) -> list[str]:
    """The tickers of a side in the order of the analysis: strongest first."""
    ours = (
        i for i in analysis.impacts if i.target.kind == "ticker" and i.sentiment.direction == side
    )
    return list(dict.fromkeys(issuer(i.target.id) for i in ours))


def _claims(analysis: Analysis, gold: Row) -> Iterable[tuple[float, bool]]:
    """Give the confidence of each claim that takes a side, and whether its side is labelled."""
    for impact in analysis.impacts:
        side, whose = impact.sentiment.direction, issuer(impact.target.id)
        sided = impact.target.kind == "ticker" and side in {"positive", "negative"}
        if sided and whose not in _mixed(gold):
            yield impact.confidence, whose in _gold(gold, side)


def _relevance(analysis: Analysis, gold: Row) -> Iterable[tuple[float, float]]:
    """Give each ticker's relevance beside what it is to the labelled: strong, mild or only named.

    Of the same strength, who is party to the news is more than whom it reaches.
    """
    strengths = {
        labelled(i): _STRENGTHS[i["strength"]] + (0.5 if i["order"] == 1 else 0.0)
        for i in gold["impacts"]
        if i["kind"] == "ticker"
    }
    return [(row.relevance, strengths.get(issuer(row.ticker), 0.0)) for row in analysis.tickers]


def _is(impact: Row, direction: str) -> bool:
    return bool(impact["kind"] == "ticker" and impact["direction"] == direction)


def _gold(gold: Row, side: Direction) -> set[str]:
    return {labelled(i) for i in gold["impacts"] if _is(i, side)}


def _mixed(gold: Row) -> set[str]:
    return _gold(gold, "mixed")


def _strongest(gold: Row) -> set[str]:
    """The winners that the gold calls strong: any of them may come first."""
    return {
        labelled(i) for i in gold["impacts"] if _is(i, "positive") and i["strength"] == "strong"
    }

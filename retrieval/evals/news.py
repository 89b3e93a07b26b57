"""News of ours, each article labelled by who wrote it -> figures of a reader. Knows no engine.

Written by writers who had seen neither the reader nor any evaluation set; invented throughout.
"""

from retrieval.evals.data import own_news
from retrieval.evals.figures import Figure, Tally, share
from retrieval.evals.reading import tickers_on
from retrieval.language.reader import Reader

SET = "own_news"


def news(reader: Reader) -> list[Figure]:
    """Winners and losers named right, strong ones found, the first ranked right, bystanders left.

    The first is right where it is the one that the label puts first.
    """
    labelled = own_news()
    read = reader.read([one.article for one in labelled])
    winners, losers, strong = Tally(), Tally(), Tally()
    firsts = first_right = named = taken = 0
    for one, analysis in zip(labelled, read, strict=True):
        gains, losses = tickers_on(analysis, "positive"), tickers_on(analysis, "negative")
        winners.add(set(gains), one.winners)
        losers.add(set(losses), one.losers)
        strong.add((set(gains) & one.winners) | (set(losses) & one.losers), one.strong)
        if one.first:
            firsts += 1
            first_right += gains[:1] == [one.first]
        named += len(one.neutral)
        taken += len(one.neutral & {*gains, *losses})
    return [
        *_precision_recall("winners", winners),
        *_precision_recall("losers", losers),
        Figure(SET, "strong_recall", strong.recall, strong.wanted),
        Figure(SET, "first_ranked_right", share(first_right, firsts), firsts),
        Figure(SET, "bystanders_taken", share(taken, named), named),
    ]


def _precision_recall(name: str, tally: Tally) -> tuple[Figure, Figure]:
    return (
        Figure(SET, f"{name}_precision", tally.precision, tally.found),
        Figure(SET, f"{name}_recall", tally.recall, tally.wanted),
    )

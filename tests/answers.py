"""Answers as `retrieval.ask` gives them, for what draws and posts them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retrieval.answers import Answer, Citation, Line, Nearest, Part, Question, TriggerLine
from retrieval.models import Quote, Searched, Sentiment, Target

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
TITLE = "Copper tariff lifts miners"
TEXT = (
    "Copper prices in New York rose again. Freeport-McMoRan stands to gain the most from the "
    "tariff. Smelters in Texas would run at full capacity. Carmakers such as General Motors pay "
    "more for wire. A repeal of the tariff over the next quarter would end the rally."
)


def cite(n: int, words: str, *, url: str | None = "https://news.example.com/copper") -> Citation:
    start = TEXT.index(words)
    return Citation(
        n=n,
        article_id="copper",
        version=1,
        title=TITLE,
        url=url,
        source="Example Wire",
        published_at=NOW - timedelta(minutes=4),
        quote=Quote(words, start, start + len(words)),
    )


GAIN = cite(1, "Freeport-McMoRan stands to gain the most from the tariff.")
SMELTERS = cite(2, "Smelters in Texas would run at full capacity.")
CARS = cite(3, "Carmakers such as General Motors pay more for wire.")
REPEAL = cite(4, "A repeal of the tariff over the next quarter would end the rally.")


def benefit() -> Answer:
    """Who benefits: a ticker, a group, the other side and what would change the view."""
    return Answer(
        question=Question("which tickers benefit?", "benefit", direction="positive"),
        status="answered",
        headline=f"Who benefits: {TITLE}",
        assumption=f"Taken as a question about “{TITLE}”.",
        lines=(
            Line(
                Target("ticker", "FCX", "Freeport-McMoRan"),
                Sentiment(0.5),
                1,
                "stands to gain the most from the tariff",
                None,
                0.8,
                "source",
                (1,),
                why="stands to gain the most from the tariff",
            ),
            Line(
                Target("group", "Smelters in Texas", "Smelters in Texas"),
                Sentiment(0.3),
                2,
                "run at full capacity",
                None,
                0.6,
                "source",
                (2,),
                why="run at full capacity",
            ),
        ),
        text=f"Who benefits: {TITLE}\n▲ FCX Freeport-McMoRan · positive +0.50 [1]",
        triggers=(TriggerLine("A repeal of the tariff", "over the next quarter", (4,)),),
        contrary=(
            Line(
                Target("ticker", "GM", "General Motors"),
                Sentiment(-0.4),
                2,
                "pay more for wire",
                None,
                0.6,
                "source",
                (3,),
                why="pay more for wire",
            ),
        ),
        citations=(GAIN, SMELTERS, CARS, REPEAL),
        tone=Sentiment(0.25),
        searched=Searched(24, 5, NOW - timedelta(minutes=4)),
        nearest=None,
        replay_id="a-7f3c1234",
    )


def refusal() -> Answer:
    """Not in the sources, with the nearest miss."""
    return Answer(
        question=Question("does AMD benefit?", "ticker", ("AMD",), ("AMD",), direction="positive"),
        status="not_in_sources",
        headline="Not in the sources.",
        assumption=None,
        lines=(),
        text="Not in the sources.\nNearest: the sources speak of FCX [1]",
        triggers=(),
        contrary=(),
        citations=(GAIN,),
        tone=None,
        searched=Searched(1204, 9, NOW - timedelta(minutes=4)),
        nearest=Nearest("the sources speak of FCX", (1,)),
        replay_id="a-0000beef",
    )


def free() -> Answer:
    """A free question, answered with the sentences themselves."""
    said = f"“{SMELTERS.quote.text}” [2]"
    return Answer(
        question=Question("what happens in Texas?", "free", objects=("texas",)),
        status="answered",
        headline=f"From the sources: {TITLE}",
        assumption=None,
        lines=(),
        text=f"From the sources: {TITLE}\n{said}",
        triggers=(),
        contrary=(),
        citations=(SMELTERS,),
        tone=Sentiment(0.25),
        searched=Searched(24, 5, NOW - timedelta(minutes=4)),
        nearest=None,
        replay_id="a-00c0ffee",
        sentences=(said,),
    )


def changed() -> Answer:
    """What changed for a name: two stories, each under its heading."""
    mines, cars = f"▲ positive +0.50 · “{GAIN.quote.text}” [1]", f"“{CARS.quote.text}” [2]"
    return Answer(
        question=Question("what changed for FCX since Friday?", "changed", ("FCX",), ("FCX",)),
        status="answered",
        headline="What changed: FCX",
        assumption="Taken as a question looking back to 20 Nov 2026 00:00 UTC.",
        lines=(),
        text="What changed: FCX",
        triggers=(),
        contrary=(),
        citations=(GAIN, replace(CARS, n=2)),
        tone=Sentiment(0.25),
        searched=Searched(24, 5, NOW - timedelta(minutes=4)),
        nearest=None,
        replay_id="a-00c0ffee",
        sentences=("View on FCX: then no view, now ▲ positive +0.50.",),
        cut=3,
        parts=(
            Part(f"New: {TITLE} · Example Wire · 2 outlets", "new", (mines,), (1,)),
            Part("Unchanged: Wire costs more", "unchanged", (cars,), (2,)),
        ),
    )

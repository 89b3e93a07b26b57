"""Briefs of every shape, made by the real builder from few claims: for what people see of them."""

from datetime import UTC, date, datetime, timedelta

from jobs.digest import Digest, News, Reader, Told, Window, build, build_wrap
from jobs.digest.models import Said
from retrieval.models import ArticleHead, Claim, Membership, Quote, Trigger
from tests.nouns import claim, head

SINCE = datetime(2026, 11, 25, 13, 45, tzinfo=UTC)  # Wed 08:45 in New York
UNTIL = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
FRIDAY, WEDNESDAY = date(2026, 11, 27), date(2026, 11, 25)
WINDOW = Window(SINCE, UNTIL, FRIDAY, "America/New_York")
FIRST = Window(UNTIL - timedelta(hours=24), UNTIL, FRIDAY, "America/New_York", first=True)
THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)

Outlets = tuple[str, ...]


def story(
    name: str, ticker: str, score: float, *, outlets: Outlets = ("Reuters",), **said: object
) -> list[Claim]:
    """A story that each outlet reports in an article of its own, all with the same claim."""
    return [
        claim(
            ticker,
            score,
            article=f"{'-'.join(name.split())}-{n}",
            **{
                "words": f"{ticker} is at {score:+.1f} after {name}.",
                "source": outlet,
                "title": name.capitalize(),
                "published_at": THURSDAY + timedelta(hours=n),
                "ingested_at": THURSDAY + timedelta(hours=n),
                "membership": Membership(f"story of {name}", n),
                **said,
            },  # type: ignore[arg-type]
        )
        for n, outlet in enumerate(outlets)
    ]


def news(*told: list[Claim], heads: tuple[ArticleHead, ...] = (), **more: object) -> News:
    """The news of some stories, and of articles that make no claim."""
    claims = tuple(one for said in told for one in said)
    own = tuple(dict.fromkeys(one.head for one in claims))
    return News((*own, *heads), claims, **{"history": claims, **more})  # type: ignore[arg-type]


def told(day: date = WEDNESDAY, *, themes: dict[str, int] | None = None, **names: float) -> Told:
    """What a brief of a day told."""
    said = {name: Said(score, (f"old story of {name}",)) for name, score in names.items()}
    return Told(day, said, themes or {})


def usual_days(ticker: str, score: float) -> list[Claim]:
    """Ten days of news before the window, for a base and a line."""
    return [
        one
        for back in range(1, 11)
        for one in story(
            f"{ticker} day {back}",
            ticker,
            score - back / 50,
            published_at=SINCE - timedelta(days=back),
            ingested_at=SINCE - timedelta(days=back),
        )
    ]


def full_news() -> News:
    """A day with something for every section."""
    deal = story("the deal", "AMZN", 0.6, outlets=("Reuters", "Harbor Wire", "FT", "CNBC"))
    ban = story("the export ban", "NVDA", -0.5, outlets=("Reuters", "FT"))
    memory = story("memory runs short", "MU", 0.7) + story("flash follows", "MU", 0.4)
    oil = story("barrels", "DAL", 0.5) + story("barrels", "small hosts", -0.5, kind="group")
    late = story("an old filing", "FDX", -0.4, published_at=SINCE - timedelta(days=9))
    waits = story("a ruling", "ROKU", -0.6, conditions=("if the court upholds it by 15 January",))
    history = usual_days("AMZN", 0.3) + usual_days("MU", 0.2)
    window = (deal, ban, memory, oil, late, waits)
    claims = tuple(one for said in window for one in said)
    first = deal[0].head
    trigger = Trigger(Quote("An earlier restart in December would undo the move", 0, 50), None)
    return news(
        *window,
        heads=(head("history", backfilled=True),),
        history=(*history, *claims),
        known=frozenset({"story of the export ban"}),
        triggers=((first, trigger),),
    )


def full_brief(**reader: object) -> Digest:
    """The brief of that day, for who was told on Wednesday."""
    memory = (told(NVDA=0.31, DAL=-0.4, themes={"memory-chip-makers": 1}),)
    return build(full_news(), WINDOW, Reader(**{"told": memory, **reader}))  # type: ignore[arg-type]


def wrap(**reader: object) -> Digest:
    """The wrap of the week of that day, for who was told in the week and in the wrap before it."""
    monday = told(date(2026, 11, 23), AMZN=0.2, NVDA=0.31, MU=0.5)
    before = told(date(2026, 11, 20), themes={"memory-chip-makers": 1}, FDX=0.4)
    week = {"told": (told(DAL=-0.4), monday), "wraps": (before,)}
    return build_wrap(full_news(), WINDOW, Reader(**{**week, **reader}))  # type: ignore[arg-type]

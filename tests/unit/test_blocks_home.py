"""The App Home of anybody is within Slack's limits, and says what is so."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.home import Admin, Home, home_view
from bot.blocks.limits import view_problems
from bot.manners import ChannelSettings
from jobs import due
from jobs.book.exposure import exposure_of
from jobs.book.news import BookNews
from jobs.calendars import Calendars
from jobs.digest import News
from jobs.models import WRAP, Book, Planned, Subscription
from jobs.schedules import WORKDAYS, AfterWeek, BeforeOpen, Daily
from retrieval.answers import Holding
from retrieval.language.exposures import load_exposures
from retrieval.models import Searched
from tests.nouns import claim, head

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
EMPTY = Home(
    health=Searched(0, 0, None),
    looked=None,
    news=News((), ()),
    watchlist=(),
    book=None,
    own=None,
    digests=(),
    admin=None,
    zone="America/New_York",
)
OWN = Subscription(
    "digest", "D1", Daily(time(8, 30), WORKDAYS, "Europe/London"), NOW, team="T1", user="U1"
)
CALENDARS = Calendars()


def planned(one: Subscription) -> Planned:
    return due.planned(NOW, one, CALENDARS.session_of)


FULL = replace(
    EMPTY,
    health=Searched(24, 5, NOW - timedelta(minutes=4)),
    looked=NOW - timedelta(hours=3),
    news=News((head("a1"), head("a2")), (claim("NVDA", -0.5), claim("KO", 0.4, article="a2"))),
    watchlist=("NVDA", "AMZN"),
    book=Book((Holding("KO", 0.75), Holding("PEP", -0.25)), NOW),
    own=BookNews(
        exposure_of(
            (Holding("KO", 0.75), Holding("PEP", -0.25)), (claim("KO", 0.4),), NOW, load_exposures()
        )
    ),
    digests=(
        planned(OWN),
        planned(replace(OWN, recipient="C1", user=None, active=False)),
        planned(replace(OWN, recipient="C2", user=None, schedule=BeforeOpen("XNYS", 45))),
    ),
)


def drawn(home: Home) -> str:
    view = home_view(home, now=NOW)
    assert view_problems(view) == ()
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return "\n".join(
        [b["text"]["text"] for b in blocks if "text" in b]
        + [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    )


def test_a_newcomer_sees_what_to_do_first() -> None:
    told = drawn(EMPTY)
    assert "No article is stored yet." in told
    assert "No names yet." in told
    assert "No book yet. Give one to ask “what could hurt my portfolio?”." in told
    assert "No digest yet." in told
    assert "Since you last looked" not in told
    assert "For admins" not in told


def test_it_tells_of_the_index_the_news_on_ones_names_and_the_next_digest() -> None:
    told = drawn(FULL)
    assert "24 articles from 5 sources, newest 4 min old." in told
    assert "*Since you last looked (3 h old)*\n2 new articles.\n▼ *NVDA* negative" in told
    assert "▲ *KO*" in told
    assert "NVDA, AMZN" in told
    assert "2 positions, given on 27 Nov 2026." in told
    assert "Net ▲ mildly positive +0.30 · news of the last 91 days on 75% of the book." in told
    assert "*Good for it:*\n*KO* ▲ +0.300 (75.0% x positive +0.40, 1 story, newest 23 Nov)" in told
    assert "See my book" in told
    days = "Mon to Fri at 08:30 Europe/London"
    assert f"Your own brief · next Mon 30 Nov 03:30 ET · {days}" in told
    assert f"<#C1> brief · paused · {days}" in told
    assert "<#C2> brief · next Fri 27 Nov 08:45 ET · 45 min before XNYS opens" in told


def test_a_digest_that_is_left_out_or_whose_calendar_has_ended_says_so() -> None:
    opens = replace(OWN, kind=WRAP, schedule=AfterWeek("XLON", 15))
    out = planned(replace(opens, skips=(date(2026, 11, 27),)))
    ended = due.planned(NOW, opens, Calendars(until=date(2026, 11, 26)).session_of)
    told = drawn(replace(FULL, digests=(out, ended)))
    assert "Your own weekly wrap · next Fri 27 Nov 11:45 ET is left out · 15 min after XLON" in told
    assert "Your own weekly wrap · XLON, 2026-11-26: This exchange's trading calendar ends" in told


def test_of_a_book_only_what_moves_it_is_written_out() -> None:
    told = drawn(replace(FULL, news=News((), ()), watchlist=()))
    assert "PEP" not in told
    assert "KO" not in drawn(replace(FULL, news=News((), ()), watchlist=(), own=None))


def test_admins_see_sources_and_channels() -> None:
    wants = {"C1": ChannelSettings(follow_ups=False, links="always")}
    told = drawn(replace(FULL, admin=Admin(("Harbor Wire",), wants)))
    assert "Sources: Harbor Wire." in told
    assert "<#C1> · follow-ups off · links always" in told


@settings(max_examples=40, deadline=None)
@given(
    names=st.lists(st.text(min_size=1, max_size=30), max_size=250, unique=True),
    count=st.integers(0, 300),
)
def test_any_amount_of_anything_stays_within_the_limits(names: list[str], count: int) -> None:
    claims = tuple(claim(f"T{n}", 0.5, article=f"a{n}") for n in range(count))
    home = replace(
        FULL,
        news=News(tuple(c.head for c in claims), claims),
        watchlist=tuple(names),
        book=Book(tuple(Holding(f"T{n}", 0.001) for n in range(count)), NOW),
        digests=tuple(planned(replace(OWN, recipient=f"C{n}")) for n in range(count)),
        admin=Admin(tuple(names), {f"C{n}": ChannelSettings() for n in range(count)}),
    )
    told = drawn(home)
    assert "<!channel" not in told
    assert "http" not in told

"""People's own things over a database of a test, with a library that says what the test wants."""

from sqlalchemy import Engine

from bot.blocks.digest import digest_message
from bot.channels import Channels
from bot.feedback import Feedback
from bot.personal import Personal, Stored
from bot.private import Private
from jobs.brief import Desk
from jobs.digest import News
from jobs.people import People
from jobs.state import State
from retrieval.language.securities import load_securities
from retrieval.models import Searched

QUIET = News((), ())


def personal_of(
    engine: Engine, *, news: News = QUIET, stored: dict[str, Stored] | None = None
) -> Personal:
    """Wire the tables with a desk that reads `news` and a library that knows `stored` pages."""
    desk = Desk(State(engine), lambda *_: news, digest_message)
    return Personal(
        people=People(engine),
        channels=Channels(engine),
        private=Private(engine),
        feedback=Feedback(engine),
        securities=load_securities(),
        desk=desk,
        health=lambda: Searched(24, 5, None),
        sources=lambda: ("Harbor Wire",),
        book_news=lambda *_: None,
        stored=(stored or {}).get,
    )

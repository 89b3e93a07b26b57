"""People's own things over a database of a test, with a library that says what the test wants."""

from functools import partial

from sqlalchemy import Engine

from bot.alerting import Alerting
from bot.asking import held_by, muted_in, watched_by
from bot.blocks.digest import digest_message
from bot.channels import Channels
from bot.feedback import Feedback
from bot.personal import Personal, Stored
from bot.private import Private
from jobs.alerts.state import Alerts
from jobs.brief import Desk
from jobs.digest import News
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from jobs.mutes import Mutes
from jobs.people import People
from jobs.state import State
from retrieval.language.securities import load_securities
from retrieval.models import Searched
from retrieval.sources.fetch import poll
from retrieval.sources.sandbox import Sandbox
from retrieval.store.store import Store

QUIET = News((), ())


def personal_of(
    engine: Engine, *, news: News = QUIET, stored: dict[str, Stored] | None = None
) -> Personal:
    """Wire the tables with a desk that reads `news` and a library that knows `stored` pages."""
    people, mutes = People(engine), Mutes(engine)
    desk = Desk(
        State(engine),
        lambda *_: news,
        digest_message,
        watched=partial(watched_by, people=people),
        held=partial(held_by, people=people),
        muted=partial(muted_in, mutes=mutes),
    )
    return Personal(
        people=people,
        mutes=mutes,
        channels=Channels(engine),
        private=Private(engine),
        feedback=Feedback(engine),
        securities=load_securities(),
        desk=desk,
        feeds=Feeds(engine),
        tools=Tools(poll, Sandbox()),
        alerting=Alerting(Alerts(engine), Store(engine), load_securities()),
        health=lambda: Searched(24, 5, None),
        sources=lambda: ("Harbor Wire",),
        book_news=lambda *_: None,
        stored=(stored or {}).get,
        forget_answers=lambda _: None,
    )

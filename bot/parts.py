"""What the Slack side works with, wired in one place and handed down. Knows no Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.aloud import Aloud
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.personal import Personal
from bot.questions import Asked
from jobs.brief import Desk
from jobs.feeds.poller import Poller
from retrieval.answers import Answer
from retrieval.contract import Json

AT_ONCE = (
    2  # questions that compute: more threads only take turns, also with what acknowledges events
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The working parts behind Slack. `ask` and `text_of` block, so they run in worker threads.

    `ask` tells meanwhile what it does. `text_of` gives the text of an article's version; None when
    it is gone. `kept` gives an answer as the audit kept it. `feedback` keeps what people think of
    answers. `owner` names this process to others that share its database. `desk` is where briefs
    are made; None for none. `at_once` questions compute; more may wait for a model. `follow_ups`
    tells whether a reply in our thread is a question without a mention, by workspace and channel.
    `personal` is what people and channels keep, `poller` who asks the feeds; None for none.
    """

    ask: Callable[[Asked, Aloud], Answer]
    text_of: Callable[[str, int], str | None]
    inbox: Inbox
    feedback: Feedback
    now: Callable[[], datetime]
    owner: str
    desk: Desk | None = None
    at_once: int = AT_ONCE
    follow_ups: Callable[[str | None, str], bool] = lambda _team, _channel: True
    personal: Personal | None = None
    poller: Poller | None = None
    kept: Callable[[str], Json | None] = lambda _replay_id: None

"""What the Slack side works with, wired in one place and handed down. Knows no Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.inbox import Asked, Inbox
from bot.personal import Personal
from jobs.brief import Desk
from retrieval.answers import Answer

AT_ONCE = 4  # questions: two cores work, two wait for the database or a model


@dataclass(frozen=True, slots=True)
class Parts:
    """The working parts behind Slack. `ask` and `text_of` block, so they run in worker threads.

    `text_of` gives the text of an article's version; None when it is gone. `owner` names this
    process to others that share its database. `desk` is where briefs are made, `personal` what
    people and channels keep; None for none.
    """

    ask: Callable[[Asked], Answer]
    text_of: Callable[[str, int], str | None]
    inbox: Inbox
    now: Callable[[], datetime]
    owner: str
    desk: Desk | None = None
    at_once: int = AT_ONCE
    personal: Personal | None = None

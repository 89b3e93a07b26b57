"""The contents page of all that Slack can do with Tape."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.blocks import digest_forms, modals
from bot.blocks.answer import EVIDENCE, EXPORT, FEEDBACK, LOSERS, ONLY_MINE, WINNERS
from bot.blocks.digest import MUTE, MY_BOOK, OPEN_ALL, UNMUTE
from bot.blocks.feedback import FORM
from bot.blocks.home import DROP_BOOK, PREVIEW_DIGEST
from bot.blocks.private import BOOK_FILE, KEEP, SHARE
from bot.listeners import briefs, commands, digests, home, submissions
from bot.listeners.actions import evidence, keep, only_mine, other_side, share
from bot.listeners.agent import Halt, Views, looked, opened, stopped
from bot.listeners.arrivals import Arrivals
from bot.listeners.export import export
from bot.listeners.feedback import reason, thumb
from bot.listeners.files import file_book
from bot.listeners.home import Front
from bot.listeners.links import unfurl
from bot.listeners.mention import mention
from bot.listeners.message import message
from bot.listeners.shortcuts import ANALYSE, analyse
from bot.parts import Parts


def register(app: AsyncApp, parts: Parts, *, wake: Callable[[], None], halt: Halt) -> None:
    """List what we listen to. Injected things are keyword-only: Bolt fills the rest by name."""
    inbox, now, views = parts.inbox, parts.now, Views()
    app.middleware(Arrivals(parts, views).once)
    app.event("app_mention")(partial(mention, wake=wake))
    app.event("message")(partial(message, wake=wake))
    if parts.personal:
        register_personal(app, parts, Front(parts.personal, now, wake))
    app.event("app_home_opened")(partial(opened, views=views))
    app.event("app_context_changed")(partial(looked, views=views))
    app.event("agent_session_stopped")(partial(stopped, halt=halt))
    app.action(EVIDENCE)(partial(evidence, inbox=inbox))
    app.action(LOSERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.action(WINNERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.action(EXPORT)(partial(export, inbox=inbox, kept=parts.kept))
    app.action(FEEDBACK)(partial(thumb, cases=parts.feedback, now=now))
    app.view(FORM)(partial(reason, cases=parts.feedback, now=now))
    app.event(re.compile(".*"))(ignored)  # last: without a listener, Slack would deliver it again


def register_personal(app: AsyncApp, parts: Parts, front: Front) -> None:
    """List what people and channels keep, and where they see and change it."""
    app.command(commands.COMMAND)(partial(commands.tape, inbox=parts.inbox, front=front))
    app.shortcut(ANALYSE)(partial(analyse, inbox=parts.inbox, front=front))
    app.event("app_home_opened", matchers=[home.is_home])(partial(home.opened, front=front))
    app.event("link_shared")(partial(unfurl, front=front))
    for form in home.FORMS:
        app.action(form)(partial(home.clicked, front=front))
    app.action(DROP_BOOK)(partial(home.dropped, front=front))
    app.action(PREVIEW_DIGEST)(partial(digests.previewed, front=front))
    for field in (digest_forms.KIND, digest_forms.WHEN):
        app.action(field)(digests.reshaped)
    app.action(digest_forms.SEND_NOW)(partial(digests.sent_now, front=front))
    app.action(digest_forms.LEAVE_OUT)(partial(digests.left_out, front=front))
    app.action(OPEN_ALL)(partial(briefs.open_all, front=front))
    app.action(MY_BOOK)(partial(briefs.my_book, front=front))
    app.action(MUTE)(partial(briefs.mute, front=front))
    app.action(UNMUTE)(partial(briefs.unmute, front=front))
    app.action(ONLY_MINE)(partial(only_mine, inbox=parts.inbox, front=front))
    app.action(SHARE)(partial(share, front=front))
    app.action(KEEP)(partial(keep, front=front))
    app.action(BOOK_FILE)(partial(file_book, front=front))
    for callback, submitted in FORMS.items():
        app.view(callback)(partial(submitted, front=front))


FORMS: Mapping[str, Callable[..., Awaitable[None]]] = {
    modals.WATCHLIST: submissions.watchlist,
    modals.BOOK: submissions.book,
    modals.BOOK_KEPT: submissions.book_kept,
    digest_forms.FORM: digests.submitted,
    digest_forms.KEPT: digests.kept,
    modals.SETTINGS: submissions.settings,
    modals.FORGET: submissions.forget,
}
"""The modals that are sent, and who hears of each."""


async def ignored() -> None:
    """Acknowledge an event that means nothing to us."""

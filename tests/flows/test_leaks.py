"""What is somebody's own against forged gestures, the operator's eyes, and a deletion."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from bot.blocks import alert_rules, digest_forms, modals
from bot.blocks.alerts import ACK, EXPLAIN, FACES, MUTE_NAME, SNOOZE_DAY
from bot.blocks.answer import EVIDENCE, EXPORT, LOSERS, ONLY_MINE
from bot.blocks.digest import MUTE, MUTED, MY_BOOK, OPEN_ALL, UNMUTE
from bot.blocks.home import PREVIEW_DIGEST
from bot.blocks.private import BOOK_FILE, KEEP, SHARE
from bot.feedback import Case
from bot.health import Vitals, metrics_of
from bot.inbox_rows import inbox
from bot.listeners.alert_forms import written
from bot.playground import events
from bot.playground.windows import View
from jobs.alerts.live import Evaluator
from jobs.alerts.rules import Mute
from jobs.brief import send_now
from jobs.digest import News
from jobs.models import DIGEST, Lot, OutboxState, Owner, Subscription
from jobs.mutes import Place
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.answers import Holding
from retrieval.db import connect, migrate
from retrieval.ingest import ingest
from retrieval.library import Library
from tests.alerts import rule
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.house import ADA, BEN, CHIPS, House, answered, play
from tests.nouns import claim
from tests.secrets_in import dump, secrets_in
from tests.typed import tape

Json = dict[str, Any]
ADAS, BENS, RESEARCH = "D0ADA00001", "D0BEN00001", "C0RESEARCH"
HURT = "what could hurt my portfolio?"
TOLD = (claim("NVDA", 0.5, article="a1"), claim("ZQHELD", -0.4, article="a2"))
NEWS = News(tuple(one.head for one in TOLD), TOLD)
REFUSED = (EXPORT, digest_forms.SEND_NOW, digest_forms.LEAVE_OUT)
"""Where Slack would not let Tape answer: each is waited for, so they go together."""

MANY = 8  # canaries of the list below, before a deletion
BOOK = (Holding("NVDA", 0.4321798), Holding("ZQHELD", 0.5678202))
LOTS = (Lot("NVDA", 77_123_981, 180.2574, 13_901_420_758.5, 98_765_432.1, "Canary account", "USD"),)
CANARIES = (
    "ZQWATCH", "ZQHELD", "ZQRULE", "ZQMUTED", "zqword", "4321798", "43.2%", "77123981",
    "77,123,981",
    "180.2574", "13901420758", "98765432", "Canary", "on your book", "moves the book",
    "my watchlist:", "my book:",
)  # fmt: skip
TABLE = b"symbol,quantity,price,account\nNVDA,77123981,180.2574,Canary account\nV,5151,1,x\n"


def now() -> datetime:
    return datetime.now(UTC)


def leaks(told: str) -> list[str]:
    return secrets_in(told, CANARIES)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library whose database has all tables, as that of a running Tape."""
    url = f"sqlite:///{tmp_path}/tape.db"
    opened = Library.beside(url, embedder=HashEmbedder(), reader=builtin())
    migrate(opened.store.engine, "jobs", "bot")
    yield replace(opened, then=Evaluator(FACES))
    opened.close()


def scene(library: Library, scenario: Callable[[House], Awaitable[None]]) -> None:
    play(library, library.store.engine, scenario, news=NEWS)


async def of_ada(house: House, library: Library) -> str:
    """Let Ada keep and ask all there is, in direct messages too; give the id of her file."""
    slack, state, alerting = house.slack, house.office.desk.state, house.office.alerting()
    long_ago = now() - timedelta(days=3)
    house.people.follow(ADA, ["NVDA", "ZQWATCH"])
    house.people.keep_book(ADA, BOOK, long_ago, LOTS)
    daily = Daily(time(8), WEEKDAYS, "UTC")
    state.subscribe(Subscription(DIGEST, ADAS, daily, long_ago, team=ADA.team, user=ADA.user))
    state.subscribe(Subscription(DIGEST, RESEARCH, daily, long_ago, team=ADA.team))
    house.office.personal().mutes.mute(
        Place(ADA.team, ADAS), "ZQMUTED", now().date() + timedelta(days=7), ADA.user
    )
    base = rule(owner=ADA, recipient=ADAS, team=ADA.team, zone="UTC", threshold=0.2)
    wordy = {"scope": "any", "about": "", "metric": "keyword", "threshold": 1.0}
    for one in (
        replace(base, id="list", scope="watchlist", about=""),
        replace(base, id="book", scope="portfolio", about=""),
        replace(base, id="name", about="ZQRULE"),
        replace(base, id="word", words=("zqword",), **wordy),
    ):
        alerting.alerts.keep(one, long_ago)
    alerting.alerts.mute(Mute(ADAS, "name", "ZQMUTED", long_ago, None, ADA.user))
    await asyncio.to_thread(
        ingest,
        [replace(CHIPS, published_at=now() - timedelta(minutes=2))],
        library=library,
        now=now,
        progress=lambda _: None,
    )
    assert send_now(ADAS, now(), house.office.desk)
    for n, asked in enumerate((HURT, "who loses, only mine?", "anything new on my watchlist?")):
        await slack.mention("#research", "ada", asked)
        await slack.wait_for(lambda n=n: len(slack.ephemerals("#research", "ada")) > n)
    await answered(house, await slack.dm("ada", HURT))
    await answered(house, await slack.dm("ada", "who loses, zqword?"))
    await slack.wait_for(lambda: state.counts().keys() == {"sent"})
    shared = await slack.share_file(ADA.user, "ada", "book.csv", TABLE)
    await answered(house, shared)
    file: str = shared["event"]["files"][0]["id"]
    return file


def click(house: House, action: str, value: str, channel: str, ts: str, **more: Any) -> Json:
    """Make a click of Ben's by hand, on whatever he claims to see."""
    team = more.pop("team", BEN.team)
    user = house.slack.workspace.users[BEN.user]
    body = events.interaction("block_actions", user)
    done = {"type": "button", "action_id": action, "value": value, **more}
    return body | {
        "user": {**body["user"], "team_id": team},
        "team": {"id": team, "domain": "x"},
        "actions": [{**done, "block_id": "b", "action_ts": f"{now().timestamp():.6f}"}],
        "container": {"type": "message", "message_ts": ts, "channel_id": channel},
        "channel": {"id": channel, "name": "x"},
        "message": {"ts": ts, "text": "", "blocks": []},
    }


def form(house: House, callback: str, metadata: str, values: Json | None = None) -> Json:
    """Make the submission of a form of Ben's by hand."""
    user = house.slack.workspace.users[BEN.user]
    payload = {"type": "modal", "callback_id": callback, "private_metadata": metadata}
    view = View("V0FORGED", BEN.user, {**payload, "blocks": []}, "1.0", "V0FORGED")
    return events.of_submission(user, view, values or {}, "")


def forged_clicks(house: House, file: str) -> list[Json]:
    """Every button, with the ids of what is Ada's."""
    engine = house.office.engine
    with engine.connect() as connection:
        asked = connection.execute(select(inbox).where(inbox.c.replay_id.is_not(None))).all()
    sent = State(engine).listed(("sent",), most=100)
    brief = next(row for row in sent if (row.kind, row.recipient) == (DIGEST, ADAS))
    alerts = [row for row in sent if row.kind == "alert"]
    assert alerts
    assert brief.ts
    told = forged_of_digests(house, str(brief.ts))
    for row in asked:
        for action in (EVIDENCE, EXPORT, SHARE, KEEP, LOSERS, ONLY_MINE):
            told.append(click(house, action, row.replay_id, row.channel, f"{row.ts[:-1]}9"))
        told.append(click(house, EXPORT, row.replay_id, BENS, "1.0"))
    for row in alerts:
        for action in (ACK, EXPLAIN, MUTE_NAME, SNOOZE_DAY):
            told += [click(house, action, row.slot, place, str(row.ts)) for place in (ADAS, BENS)]
    told.append(click(house, alert_rules.UNMUTE, "name ZQMUTED", ADAS, "1.0"))
    told.append(click(house, BOOK_FILE, file, BENS, "1.0"))
    return told


def forged_of_digests(house: House, ts: str) -> list[Json]:
    """The buttons of digests and of rules, from two workspaces."""
    told: list[Json] = []
    name = {"selected_option": {"value": f"{MUTED}NVDA"}}
    for team in (BEN.team, "T0OTHER"):
        told += [
            click(house, action, "ZQMUTED", ADAS, ts, team=team, **name)
            for action in (OPEN_ALL, MY_BOOK, MUTE, UNMUTE)
        ]
        for action in (alert_rules.EDIT_ALERT, alert_rules.SWITCH, alert_rules.DELETE_ALERT):
            told += [click(house, action, one, BENS, "1.0", team=team) for one in ("list", "name")]
    for action in (PREVIEW_DIGEST, digest_forms.SEND_NOW, digest_forms.LEAVE_OUT):
        value = f"{DIGEST}|{ADAS}|{now().date().isoformat()}|out"
        if action == PREVIEW_DIGEST:
            value = f"{DIGEST}|{ADAS}"
        view = {"id": "V0FORGED", "hash": "1", "type": "modal", "private_metadata": ""}
        told.append({**click(house, action, value, BENS, "1.0"), "view": view})
    return told


def forged_forms(house: House, file: str) -> list[Json]:
    """Every form that carries something unseen, with what is Ada's in it."""
    rules = {one.id: one for one in house.office.alerting().alerts.rules(ADA)}
    mine = replace(rules["name"], owner=BEN, about="V")
    elsewhere = replace(mine, id="mine", recipient=ADAS)
    fields = digest_forms.fields_for(None, zone="UTC", place=None)
    hers = {"to": ADAS, "own": False, "team": "T0OTHER"}
    keeps = [{**fields, "place": place, **hers} for place in (ADAS, None)]
    gone = {**fields, "place": ADAS, "state": "off"}
    values = {"place": {"place": {"selected_conversation": ADAS}}}
    told = [form(house, alert_rules.RULE_KEPT, written(one)) for one in (mine, elsewhere)]
    told += [form(house, digest_forms.KEPT, json.dumps(one)) for one in keeps]
    told.append(form(house, digest_forms.FORM, json.dumps(gone), values))
    told.append(form(house, modals.BOOK_KEPT, modals.FILE + file))
    chosen = {"selected_option": {"value": "list"}}
    wondered = {
        alert_rules.RULE: {alert_rules.RULE: chosen},
        alert_rules.ARTICLE: {alert_rules.ARTICLE: {"value": "NVDA"}},
    }
    told.append(form(house, alert_rules.WHY_FORM, "", wondered))
    return told


def kept_of_ada(engine: Engine) -> str:
    """All rows in which Ada, or her direct messages, stand."""
    rows = [line for line in dump(engine).splitlines() if ADA.user in line or ADAS in line]
    return "\n".join(sorted(rows))


def seen_by_ben(house: House) -> str:
    space, slack = house.slack.workspace, house.slack
    told: list[Any] = [
        message
        for channel in space.channels.values()
        if BEN.user in channel.members
        for message in space.spoken(channel.id)
        if message.reader in (None, BEN.user)
    ]
    told += [view.payload for view in slack.windows.stacks.get(BEN.user, [])]
    told += [slack.windows.homes[BEN.user].payload] if BEN.user in slack.windows.homes else []
    return repr(told)


def test_no_forged_gesture_shows_or_changes_what_is_somebody_elses(library: Library) -> None:
    async def scenario(house: House) -> None:
        slack, engine = house.slack, library.store.engine
        file = await of_ada(house, library)
        before, said = kept_of_ada(engine), len(slack.calls)
        spoken = repr(slack.messages(ADAS))
        assert {"ZQWATCH", "ZQHELD", "ZQRULE", "ZQMUTED", "zqword", "77123981"} <= set(
            leaks(before)
        )
        clicks = forged_clicks(house, file)
        refused = [one for one in clicks if one["actions"][0]["action_id"] in REFUSED]
        await asyncio.gather(*(slack.forge(body, "ben") for body in refused))
        others = [one for one in clicks if one not in refused]
        for body in [*others, *forged_forms(house, file)]:
            outcome = await slack.forge(body, "ben")
            assert leaks(repr(outcome.payload)) == []
            slack.windows.close(BEN.user, everything=True)
        await slack.wait_for(lambda: not house.office.desk.state.backlog(now()).waiting)
        await asyncio.sleep(1.0)  # views that are drawn afterwards
        leaked = [(c.method, leaks(repr(c.arguments))) for c in slack.calls[said:]]
        assert [one for one in leaked if one[1]] == []
        after = {row for row in kept_of_ada(engine).splitlines() if not row.startswith("inbox")}
        stood = {row for row in before.splitlines() if not row.startswith("inbox")}
        assert (stood - after, leaks("\n".join(after - stood))) == (set(), [])
        assert repr(slack.messages(ADAS)) == spoken
        assert house.people.book(BEN) is None
        assert [one.recipient for one in house.office.alerting().alerts.rules(BEN)] in ([], [BENS])
        assert leaks(seen_by_ben(house)) == []

    scene(library, scenario)


def test_the_operator_sees_ids_and_counts_and_a_deletion_leaves_nothing(
    library: Library, tmp_path: Path
) -> None:
    engine = library.store.engine

    async def scenario(house: House) -> None:
        await of_ada(house, library)
        house.people.follow(BEN, ["ZQBEN"])
        personal = house.office.personal()
        personal.feedback.keep(Case("a-1", ADA.user, ADAS, "up", now()))
        told = await asyncio.to_thread(told_to_the_operator, engine, tmp_path)
        assert [one for one in told if one[1]] == []
        before = dump(engine)
        personal.forget(Owner("T0OTHER", ADA.user))  # the same id in another workspace
        gone = set(before.splitlines()) - set(dump(engine).splitlines())
        assert [row for row in gone if not row.startswith("feedback")] == []  # it knows no team
        assert len(leaks(before)) > MANY
        personal.take_away(DIGEST, ADAS)  # first the digest, then all the rest
        personal.forget(ADA)
        assert leaks(dump(engine)) == []
        assert house.people.watchlist(BEN) == ("ZQBEN",)
        assert [one.recipient for one in house.office.desk.state.subscriptions()] == [RESEARCH]

    scene(library, scenario)


def told_to_the_operator(engine: Engine, folder: Path) -> list[tuple[str, list[str]]]:
    """Type every command that lists or shows something; give what leaked by which."""
    outbox = State(engine).listed(get_args(OutboxState), most=100)
    with engine.connect() as connection:
        asked = connection.scalars(select(inbox.c.replay_id).distinct()).all()
    own = {row.kind: row.id for row in outbox if row.recipient == ADAS}
    typed = ["outbox --json", "outbox --state sent --json", "feedback --json", "doctor --json"]
    typed += [f"outbox {row_id} --json" for row_id in own.values()]
    typed += ["alerts list", "alerts list --json", "alerts explain list NVDA --json"]
    typed += [f"alerts dry-run {rule_id} --json" for rule_id in ("list", "book", "word")]
    typed += ["digest --list --json", f"digest --channel {ADAS} --dry-run"]
    typed += [f"replay {replay_id} --json" for replay_id in asked if replay_id]
    runs = [(one, tape(folder, *one.split())) for one in typed]
    told = [(one, leaks(done.stdout + done.stderr)) for one, done in runs]
    return [*told, ("metrics", leaks(metrics_of(Vitals(outbox_waiting=len(outbox))).decode()))]


def test_an_error_of_the_database_does_not_say_what_was_being_kept(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE held (ticker TEXT, weight TEXT NOT NULL)"))
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(
            text("INSERT INTO held (ticker) VALUES (:held)"), {"held": BOOK[1].ticker}
        )
    assert "INSERT INTO held" in str(caught.value)
    assert leaks(str(caught.value)) == []
    engine.dispose()

"""Installations and states on every database: sealed at rest, taken once, renewed by one."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from sqlalchemy import Engine, select

from bot.tokens import STATE_LIFE, Installations, States, cipher_of, installations, oauth_states
from retrieval.errors import SealedTokenError, TokenKeyError

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def store_of(engine: Engine, keys: str = OLD) -> Installations:
    return Installations(engine, cipher_of(keys))


def installation(team: str = "T1", token: str = "xoxb-canary", **more: object) -> Installation:
    given = {
        "app_id": "A1",
        "team_id": team,
        "team_name": "Lab",
        "bot_token": token,
        "bot_refresh_token": "xoxe-1-canary",
        "bot_token_expires_at": int(NOW.timestamp()),
        "bot_id": "B1",
        "bot_user_id": "U1",
        "bot_scopes": "chat:write,im:history",
        "user_id": "U2",
        "user_token": "xoxp-canary-of-a-person",
        "installed_at": NOW.timestamp(),
        **more,
    }
    return Installation(**given)  # type: ignore[arg-type]


def test_an_installation_comes_back_as_it_was_without_the_tokens_of_people(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation())
    found = store.find("T1")
    assert found
    assert (found.bot_token, found.bot_refresh_token) == ("xoxb-canary", "xoxe-1-canary")
    assert found.bot_token_expires_at == int(NOW.timestamp())
    assert (found.bot_id, found.bot_user_id, found.team_name) == ("B1", "U1", "Lab")
    assert list(found.bot_scopes) == ["chat:write", "im:history"]
    assert found.user_token is None
    assert store.find("T2") is None


def test_the_database_alone_opens_nothing(engine: Engine) -> None:
    store_of(engine).save(installation())
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(installations)).mappings()]
    kept = json.dumps(rows, default=str)
    assert "T1" in kept
    for secret in ("canary", "xoxb", "xoxe", "xoxp", "chat:write"):
        assert secret not in kept
    with pytest.raises(SealedTokenError) as refused:
        store_of(engine, NEW).find("T1")
    assert "TAPE_TOKEN_KEY" in refused.value.sentence


def test_a_workspace_that_installs_again_has_one_installation(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation())
    store.save(installation(token="xoxb-2"))
    found = store.find("T1")
    assert found
    assert found.bot_token == "xoxb-2"


def test_an_organisation_is_found_by_its_own_id(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation(team="", enterprise_id="E1", is_enterprise_install=True))
    assert store.find("E1")
    assert store.find("T1") is None


def test_keys_are_changed_without_losing_an_installation(engine: Engine) -> None:
    store_of(engine, OLD).save(installation())
    assert store_of(engine, f"{NEW}, {OLD}").reseal() == 1
    found = store_of(engine, NEW).find("T1")
    assert found
    assert found.bot_token == "xoxb-canary"
    with pytest.raises(SealedTokenError):
        store_of(engine, OLD).reseal()


@pytest.mark.parametrize(
    "keys",
    ["", " , ", "canary", f"{OLD},canary", "é" * 44],
    ids=["nothing", "a comma", "a word", "a word after a key", "no ascii"],
)
def test_what_is_no_key_is_said_with_the_command_that_makes_one(keys: str) -> None:
    with pytest.raises(TokenKeyError) as refused:
        cipher_of(keys)
    assert "Fernet" in refused.value.sentence
    assert "canary" not in refused.value.sentence


def test_an_uninstallation_that_is_told_late_leaves_the_new_installation(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation(installed_at=NOW.timestamp()))
    assert not store.remove("T1", before=NOW - SECOND)
    assert not store.remove("T2", before=NOW + SECOND)
    assert store.remove("T1", before=NOW + SECOND)
    assert store.find("T1") is None


def test_one_process_at_a_time_may_renew_a_token(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation())
    lease = NOW + 30 * SECOND
    with ThreadPoolExecutor(4) as pool:
        held = list(pool.map(lambda n: store.begin_refresh("T1", f"p{n}", NOW, lease), range(4)))
    assert sum(held) == 1
    winner = f"p{held.index(True)}"
    assert not store.renew(installation(token="xoxb-2"), "somebody else")
    assert store.renew(installation(token="xoxb-2"), winner)
    assert store.begin_refresh("T1", "p9", NOW, lease)
    store.end_refresh("T1", "p9")
    assert store.begin_refresh("T1", "p8", NOW, lease)
    assert store.begin_refresh("T1", "p7", lease + SECOND, lease + 2 * SECOND)


def test_a_token_that_was_renewed_while_its_workspace_left_is_not_kept(engine: Engine) -> None:
    store = store_of(engine)
    store.save(installation())
    assert store.begin_refresh("T1", "me", NOW, NOW + SECOND)
    store.remove("T1", before=NOW + SECOND)
    assert not store.renew(installation(token="xoxb-2"), "me")
    assert store.find("T1") is None


def test_it_is_the_store_that_slacks_library_asks_for(engine: Engine) -> None:
    async def run() -> None:
        store: AsyncInstallationStore = store_of(engine)
        ids = {"enterprise_id": None, "team_id": "T1"}
        assert await store.async_find_bot(**ids) is None
        await store.async_save(installation())
        bot = await store.async_find_bot(**ids)
        assert bot
        assert bot.bot_token == "xoxb-canary"
        await store.async_delete_installation(**ids, user_id="U2")
        found = await store.async_find_installation(**ids, user_id="U2")
        assert found
        assert found.bot_token == "xoxb-canary"
        await store.async_delete_all(**ids)
        assert await store.async_find_installation(**ids) is None

    asyncio.run(run())


class Moving:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def states_of(engine: Engine, clock: Moving) -> States:
    numbers = count(1)
    return States(engine, now=clock.now, draw=lambda: f"state-{next(numbers)}")


def test_a_state_is_taken_once_and_in_time(engine: Engine) -> None:
    clock = Moving()
    states = states_of(engine, clock)
    first, second = states.issue(), states.issue()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: states.consume(first), range(4))) == 1
    assert not states.consume("state-9")
    assert not states.consume("\udcff")
    clock.at += STATE_LIFE
    assert not states.consume(second)


def test_states_are_kept_as_digests_and_forgotten_in_time(engine: Engine) -> None:
    clock = Moving()
    states = states_of(engine, clock)
    states.issue()
    clock.at += STATE_LIFE
    states.issue()
    with engine.connect() as connection:
        kept = list(connection.scalars(select(oauth_states.c.digest)))
    assert len(kept) == 1
    assert "state" not in kept[0]

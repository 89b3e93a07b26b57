"""Whose a payload is: the workspace, or the organisation, whose installation it came through."""

import asyncio
from typing import Any

import pytest

from bot.clients import WorkspaceClient, said_in, speak_in
from bot.listeners.asked import workspace_in
from bot.tokens import workspace_of
from jobs.outbox import Refused

ORG = {"enterprise_id": "E1", "is_enterprise_install": True}


@pytest.mark.parametrize(
    ("body", "workspace"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team_id": "T1", "authorizations": []}, "T1"),
        ({"team_id": "T1", "authorizations": [{"team_id": "T2"}]}, "T2"),  # a shared channel
        ({"team_id": "T1", "authorizations": [{"team_id": "T1", **ORG}]}, "E1"),
        ({"team_id": "T1", "authorizations": [{"team_id": None, **ORG}]}, "E1"),
        ({"team": {"id": "T1"}, "user": {"team_id": "T9"}}, "T1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, "E1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "is_enterprise_install": False}, "T1"),
        ({"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, "E1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, "E1"),
        ({}, ""),
        ({"authorizations": ["T1"], "team": "T1"}, ""),
    ],
)
def test_the_first_authorization_says_whose_it_is(body: dict[str, Any], workspace: str) -> None:
    assert workspace_in(body) == workspace


def test_an_organisation_goes_by_its_own_id() -> None:
    assert workspace_of("E1", "T1", is_enterprise_install=True) == "E1"
    assert workspace_of("E1", "T1", is_enterprise_install=False) == "T1"
    assert workspace_of(None, None, is_enterprise_install=None) == ""


def test_tasks_side_by_side_speak_each_in_its_own_workspace() -> None:
    asked: list[str] = []

    async def find(workspace: str) -> str:
        asked.append(workspace)
        await asyncio.sleep(0)
        raise Refused(workspace)

    async def speak() -> None:
        with pytest.raises(Refused):
            await WorkspaceClient(find).auth_test()

    async def answer(workspace: str) -> None:
        speak_in(workspace)
        await asyncio.sleep(0)
        await asyncio.create_task(speak())  # what a task starts speaks where it does
        await speak()

    async def run() -> None:
        await asyncio.gather(answer("T1"), answer("T2"))
        await asyncio.create_task(said_in("T3", speak()))
        await speak()

    asyncio.run(run())
    assert sorted(asked[:4]) == ["T1", "T1", "T2", "T2"]
    assert asked[4:] == ["T3", ""]

"""Links, previews, membership and the validator of the fake Slack as values."""

from typing import Any

import pytest

from bot.playground.links import links_of
from bot.playground.state import ADA, Channel, Message
from tests.desk import RESEARCH, Desk

URL = "https://news.example/a?b=1&c=2"
PREVIEW = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Miners gain"}}]}


@pytest.fixture
def desk() -> Desk:
    return Desk(unfurl_domains=("news.example",))


def posted(desk: Desk) -> str:
    text = "see <https://news.example/a?b=1&amp;c=2>"
    return desk.workspace.put(Message(RESEARCH, "1.000001", ADA.id, text)).ts


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see <https://news.example/a>", ["https://news.example/a"]),
        ("<https://www.news.example/a|named>", ["https://www.news.example/a"]),
        ("<https://news.example/a?b=1&amp;c=2>", [URL]),
        ("<https://fakenews.example/a> https://news.example/b <#C1>", []),
        ("<https://news.example.evil/a>", []),
        ("<https://news.example/a> <https://news.example/a>", ["https://news.example/a"]),
    ],
)
def test_only_links_of_the_apps_domains_are_told(text: str, urls: list[str]) -> None:
    assert [link["url"] for link in links_of(text, ["news.example"])] == urls


def test_a_preview_hangs_under_its_message_once(desk: Desk) -> None:
    ts = posted(desk)
    for _ in range(2):
        assert desk.call("chat.unfurl", channel=RESEARCH, ts=ts, unfurls={URL: PREVIEW})["ok"]

    (message,) = desk.call("conversations.history", channel=RESEARCH)["messages"]
    (attachment,) = message["attachments"]
    assert (attachment["from_url"], attachment["blocks"]) == (URL, PREVIEW["blocks"])


def test_a_preview_may_name_the_message_by_its_unfurl_id(desk: Desk) -> None:
    given = {"unfurl_id": f"{RESEARCH}-{posted(desk)}-playground", "unfurls": {URL: PREVIEW}}

    assert desk.call("chat.unfurl", source="conversations_history", **given)["ok"]
    assert desk.call("chat.unfurl", **given)["error"] == "missing_source"
    assert desk.call("chat.unfurl", source="mail", **given)["error"] == "invalid_source"
    given["unfurl_id"] = "C0RESEARCH-1.1-other"
    assert desk.call("chat.unfurl", source="composer", **given)["error"] == "invalid_unfurl_id"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": RESEARCH, "unfurls": {URL: PREVIEW}}, "missing_ts"),
        ({"ts": "1.000001", "unfurls": {URL: PREVIEW}}, "missing_channel"),
        ({"channel": RESEARCH, "ts": "1.000001"}, "missing_unfurls"),
        ({"channel": RESEARCH, "ts": "9.9", "unfurls": {URL: PREVIEW}}, "cannot_find_message"),
        ({"channel": "C0", "ts": "1.1", "unfurls": {URL: PREVIEW}}, "cannot_find_channel"),
        ({"channel": RESEARCH, "ts": "1.000001", "unfurls": "[]"}, "invalid_unfurls_format"),
        ({"channel": RESEARCH, "ts": "1.000001", "unfurls": {URL: 1}}, "invalid_unfurls_format"),
        (
            {"channel": RESEARCH, "ts": "1.000001", "unfurls": {"https://x.example": PREVIEW}},
            "cannot_unfurl_url",
        ),
        (
            {
                "channel": RESEARCH,
                "ts": "1.000001",
                "unfurls": {URL: {"blocks": [{"type": "bogus"}]}},
            },
            "cannot_parse_attachment",
        ),
    ],
)
def test_a_wrong_preview_is_refused(desk: Desk, given: dict[str, Any], error: str) -> None:
    posted(desk)

    assert desk.call("chat.unfurl", **given)["error"] == error


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"blocks": PREVIEW["blocks"]}, None),
        ({"blocks": [{"type": "bogus"}]}, "invalid_blocks"),
        ({"message": {"text": "x", "blocks": PREVIEW["blocks"]}}, None),
        ({"message": {"blocks": [{"type": "bogus"}]}}, "invalid_message"),
        ({"view": {"type": "home", "blocks": PREVIEW["blocks"]}}, None),
        ({"view": {"type": "modal", "blocks": PREVIEW["blocks"]}}, "invalid_view"),
        ({"view": {"type": "home", "blocks": []}, "blocks": []}, None),
        ({}, "invalid_arguments"),
    ],
)
def test_the_validator_says_what_the_other_methods_would(
    desk: Desk, given: dict[str, Any], error: str | None
) -> None:
    assert desk.call("blocks.validate", **given).get("error") == error


def test_the_bot_joins_a_public_channel(desk: Desk) -> None:
    shut = Channel("C0SHUT0001", "shut", "channel", frozenset({ADA.id}))
    desk.workspace.channels[shut.id] = shut
    before = desk.call("conversations.members", channel=shut.id)["members"]
    joined = desk.call("conversations.join", channel=shut.id)
    again = desk.call("conversations.join", channel=shut.id)
    direct = desk.call("conversations.join", channel="D0ADA00001")

    assert before == [ADA.id]
    assert joined["channel"]["is_member"]
    assert again["warning"] == "already_in_channel"
    assert "U0TAPEBOT1" in desk.call("conversations.members", channel=shut.id)["members"]
    assert direct["error"] == "method_not_supported_for_channel_type"


def test_a_reaction_is_taken_back_once(desk: Desk) -> None:
    given = {"channel": RESEARCH, "timestamp": desk.post(), "name": "eyes"}
    desk.call("reactions.add", **given)

    assert desk.call("reactions.remove", **given)["ok"]
    assert desk.call("reactions.remove", **given)["error"] == "no_reaction"

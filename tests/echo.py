"""A small Bolt app that answers with every kind of block, for tests of the page. Knows no Tape."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.figures import chart_block, table_block
from bot.playground.manifest import Command, Shortcut, our_manifest
from bot.playground.server import Playground
from jobs.charts import Chart, Series

Json = dict[str, Any]

MANIFEST = replace(
    our_manifest(),
    events=our_manifest().events | {"agent_session_stopped"},
    commands=(Command("/echo", "Says it again", "[words]"),),
    shortcuts=(Shortcut("look_at", "Look at this", "message"),),
)
SCORES = (("TSM", 0.95), ("INTC", -0.7), ("NVDA", 0.78), ("MU", -0.3), ("ASML", 0.6), ("AMD", 0.1))
FIGURES = [
    table_block("Scores", ("Ticker", "Score"), [(t, (v, f"{v:+.2f}")) for t, v in SCORES]),
    chart_block(
        Chart(
            "Scores",
            "bar",
            tuple(ticker for ticker, _ in SCORES),
            (Series("Score", tuple(value for _, value in SCORES)),),
            "score",
        )
    ),
]


def button(text: str, action_id: str) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}}


def section(text: str, *, verbatim: bool = True) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": verbatim}}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def echo(question: str, url: str) -> list[Json]:
    """Answer with every kind of block, a citation, and the question's own words."""
    link = f"{url}samples/copper#:~:text=Larkspur%20Copper"
    bold = {"type": "text", "text": "rich", "style": {"bold": True}}
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "Who benefits"}},
        section(f"▲ *LCOP* _positive_ ~never~ `code` <{link}|[1]>\n&gt; quoted &amp; escaped"),
        section(question),
        section("<javascript:alert(1)|a trap> https://bare.example/x <!channel>"),
        section("https://linked.example/x", verbatim=False),
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*Field*"}],
            "accessory": button("Why?", "why"),
        },
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [bold]}]},
        {"type": "markdown", "text": "**strong** [label](https://md.example/x)"},
        {"type": "table", "rows": [[cell("Ticker"), cell("Score")], [cell("LCOP"), cell("+0.41")]]},
        {"type": "image", "image_url": "https://tracker.example/p.png", "alt_text": "a chart"},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [button("Evidence", "evidence"), button("Silent", "silent")],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Not investment advice"}]},
    ]


FIELD = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Ticker"},
    "element": {"type": "plain_text_input", "action_id": "value"},
}
MENU = {
    "type": "overflow",
    "action_id": "menu",
    "options": [
        {"text": {"type": "plain_text", "text": f"Mute {ticker}"}, "value": ticker}
        for ticker in ("TSM", "AMD")
    ],
}
PLACE = {
    "type": "input",
    "block_id": "place",
    "label": {"type": "plain_text", "text": "Where"},
    "optional": True,
    "element": {
        "type": "conversations_select",
        "action_id": "value",
        "filter": {"include": ["public"]},
    },
}
WINDOW = {
    "type": "modal",
    "callback_id": "window",
    "title": {"type": "plain_text", "text": "Evidence"},
    "submit": {"type": "plain_text", "text": "Follow"},
    "blocks": [section("*[1]* the quote"), PLACE, FIELD],
}


def echo_app(slack: Playground) -> AsyncApp:
    """A real Bolt app: answers in the thread, opens a window, finds fault with its form."""
    app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.api_url))
    app.event(re.compile("app_mention|message"))(partial(answer, url=slack.url))
    app.event("agent_session_stopped")(stopped)
    app.command("/echo")(again)
    app.shortcut("look_at")(look_at)
    app.action("evidence")(evidence)
    app.action("menu")(menu)
    app.view("window")(submitted)
    return app


async def answer(event: Json, client: AsyncWebClient, *, url: str) -> None:
    if event["type"] == "message" and event["channel_type"] != "im":  # a mention comes twice
        return
    place = {"channel": event["channel"], "thread_ts": event.get("thread_ts", event["ts"])}
    blocks = echo(event["text"], url)
    if "figures" in event["text"]:
        blocks = [{**FIGURES[0], "page_size": 4}, FIGURES[1], *blocks[-2:]]
    if "menu" in event["text"]:
        blocks = [{"type": "actions", "elements": [MENU]}]
    if "slowly" in event["text"]:
        await slowly(client, **place)
        return
    await client.chat_postMessage(**place, text=event["text"], blocks=blocks)
    if "privately" in event["text"]:
        await client.chat_postEphemeral(**place, user=event["user"], text="for your eyes")
    if "brief" in event["text"]:
        await client.chat_postMessage(channel="#daily-brief", text="the brief")


async def slowly(client: AsyncWebClient, *, channel: str, thread_ts: str) -> None:
    """Begin a streamed answer with its steps, and leave it there."""
    await client.agents_sessions_setStatus(
        channel_id=channel, thread_ts=thread_ts, status="processing"
    )
    stream = await client.chat_startStream(
        channel=channel,
        thread_ts=thread_ts,
        recipient_user_id="U0ADA00001",
        recipient_team_id="T0LAB00001",
    )
    source = {"type": "url", "url": "https://news.example/a", "text": "Lab Wire"}
    task: Json = {"type": "task_update", "id": "1", "title": "Reading", "status": "in_progress"}
    chunks = [task | {"sources": [source]}, {"type": "markdown_text", "text": "**First** words"}]
    await client.chat_appendStream(channel=channel, ts=str(stream["ts"]), chunks=chunks)


async def stopped(event: Json, client: AsyncWebClient) -> None:
    await client.agents_sessions_setStatus(
        channel_id=event["channel"], thread_ts=event["thread_ts"], status="active"
    )


async def again(ack: AsyncAck, command: Json) -> None:
    await ack(text=f"You said {command['text']}")


async def look_at(ack: AsyncAck, shortcut: Json, client: AsyncWebClient) -> None:
    await ack()
    place, message = shortcut["channel"]["id"], shortcut["message"]
    said = f"It says {message['text']}"
    await client.chat_postMessage(channel=place, thread_ts=message["ts"], text=said)


async def evidence(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=WINDOW)


async def menu(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    place = {"channel": body["channel"]["id"], "thread_ts": body["message"]["thread_ts"]}
    chosen = body["actions"][0]["selected_option"]["value"]
    await client.chat_postMessage(**place, text=f"chosen: {chosen}")


async def submitted(ack: AsyncAck, view: Json) -> None:
    ticker = view["state"]["values"]["name"]["value"]["value"]
    if ticker == "LCOP":
        await ack()
    else:
        await ack(response_action="errors", errors={"name": f"Unknown: {ticker}"})

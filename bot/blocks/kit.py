"""Words that are mrkdwn already -> the few block kinds that Tape posts. Knows no answer."""

from collections.abc import Iterable, Iterator

from bot.blocks.limits import MESSAGE_TEXT, SECTION_TEXT, Block
from bot.mrkdwn import ELLIPSIS, escape, fit, plain

DISCLAIMER = "Not investment advice"


def words(mrkdwn: str) -> Block:
    """A text object. `verbatim` keeps Slack from making links of the bare words in it."""
    return {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}


def label(text: str) -> Block:
    """A text object of plain words that are all seen; `:name:` in it stays as it is.

    Words of which nothing can be seen are an ellipsis: Slack takes no empty text.
    """
    return {"type": "plain_text", "text": plain(text) or ELLIPSIS, "emoji": False}


def section(mrkdwn: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": words(mrkdwn)}


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines one under the other, in as few paragraphs as their size allows."""
    return [section(text) for text in _packed(lines)]


def context(mrkdwn: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [words(mrkdwn)]}


def button(text: str, action: str, value: str) -> Block:
    """A button; `action` is what its listener is registered for."""
    return {"type": "button", "text": label(text), "action_id": action, "value": value}


def menu(action: str, options: Iterable[tuple[str, str]]) -> Block:
    """A menu of few options behind three dots: the words of each, and its value."""
    listed = [{"text": label(words), "value": value} for words, value in options]
    return {"type": "overflow", "action_id": action, "options": listed}


def actions(*buttons: Block) -> list[Block]:
    """A row of buttons, or nothing when there are none."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def thumbs(action: str, replay_id: str) -> Block:
    """The two buttons that ask what somebody thinks of an answer."""

    def thumb(text: str, verdict: str) -> Block:
        return {"text": label(text), "value": f"{verdict}:{replay_id}"}

    buttons: Block = {
        "type": "feedback_buttons",
        "action_id": action,
        "positive_button": thumb("Good answer", "up"),
        "negative_button": thumb("Bad answer", "down"),
    }
    return {"type": "context_actions", "elements": [buttons]}


def footer(replay_id: str) -> Block:
    """What stands under every message."""
    return context(closing(replay_id))


def notification(text: str, replay_id: str) -> str:
    """A message's lines for phones and screen readers, while there is room, and its footer."""
    close = closing(replay_id)
    rows: list[str] = []
    room = MESSAGE_TEXT - len(close) - 2
    for row in filter(str.strip, text.splitlines()):
        if room <= len(ELLIPSIS):
            break
        rows.append(escape(fit(row, room)))
        room -= len(rows[-1]) + 1
    return "\n".join([*rows, close])


def closing(replay_id: str) -> str:
    """Write what stands under every message."""
    return f"{DISCLAIMER} · id {escape(replay_id)}"


def _packed(lines: Iterable[str]) -> Iterator[str]:
    text = ""
    for line in filter(None, lines):
        joined = f"{text}\n{line}" if text else line
        if len(joined) > SECTION_TEXT:
            yield text
            joined = line
        text = joined
    if text:
        yield text

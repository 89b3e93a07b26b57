"""The modal that asks why an answer was bad, what it said, and our thanks. Knows no client."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks.kit import label, section
from bot.blocks.limits import Block
from bot.mrkdwn import escape

FORM = "feedback_form"
REASON, NOTE = "reason", "note"
LONGEST_NOTE = 1_000

THANKS = (
    "Thank you. Your verdict is kept with the id of this answer, and the people who run Tape "
    "review such cases with “tape feedback”. It changes no answer by itself."
)


def reason_view(reasons: Sequence[str], carried: Mapping[str, str]) -> Block:
    """Ask what was wrong; `carried` comes back with what is sent."""
    options = [{"text": label(reason.capitalize()), "value": reason} for reason in reasons]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": label("What was wrong?"),
        "submit": label("Send"),
        "close": label("Skip"),
        "private_metadata": json.dumps(carried),
        "blocks": [
            section(escape(f"About the answer {carried['replay_id']}.")),
            {
                "type": "input",
                "block_id": REASON,
                "label": label("The reason"),
                "element": {"type": "radio_buttons", "action_id": REASON, "options": options},
            },
            {
                "type": "input",
                "block_id": NOTE,
                "optional": True,
                "label": label("What should it have said?"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": NOTE,
                    "multiline": True,
                    "max_length": LONGEST_NOTE,
                },
            },
        ],
    }


def given(view: Mapping[str, Any]) -> tuple[str | None, str, Mapping[str, str]]:
    """Read the reason, the note and what was carried from a form that was sent."""
    values = view["state"]["values"]
    chosen = values.get(REASON, {}).get(REASON, {}).get("selected_option") or {}
    note = values.get(NOTE, {}).get(NOTE, {}).get("value") or ""
    return chosen.get("value"), str(note)[:LONGEST_NOTE], json.loads(view["private_metadata"])

"""What could not be posted, where and why -> a note to who set it up. Knows no client, no store."""

import re
from datetime import date

from bot.blocks.kit import footer, notification, section
from bot.mrkdwn import escape, fit
from jobs.models import ALERT, DATED, DIGEST, STORY, WRAP, Ended, Rendered
from retrieval.models import digest_of

WHAT = {DIGEST: "brief", WRAP: "weekly wrap", STORY: "story under the brief", ALERT: "alert"}
WHY = {
    "not_in_channel": "Tape is not in the channel. Ask a member to type /invite @Tape there.",
    "channel_not_found": "The channel is gone, or private and Tape is not in it. "
    "Invite Tape there, or take the channel off the Home tab.",
    "is_archived": "The channel is archived. Restore it, or take it off the Home tab.",
    "restricted_action": "A rule of your workspace keeps Tape from posting there. Ask an admin.",
    "missing_scope": "Tape may not post there. Ask an admin to install Tape again.",
}
LATE = "Slack or Tape could not be reached until its time was over."
UNKNOWN = (
    "Slack did not say whether it took it, and Tape could not see for itself. Please look. "
    "Tape does not post it again, so that it is not there twice."
)
NEXT = " What it would have told comes with the next one that arrives."
LISTED = " Alerts are listed, with what they say, under /tape alerts."
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
DIRECT = re.compile(r"[DUW][A-Z0-9]+")
LONGEST = 100  # characters of a name or a code that we did not write


def unposted_message(kind: str, recipient: str, made: date, end: Ended, reason: str) -> Rendered:
    """Say that a post did not go out, or may not have; nothing of what it says is repeated."""
    what = f"The {WHAT.get(kind, 'message')} of {made:%a} {made.day} {made:%b %Y}"
    begin = f"{what} {'may be missing' if end == 'unknown' else 'was not posted'}"
    why = {"failed": _why(reason), "late": LATE, "unknown": UNKNOWN}[end]
    why += NEXT if kind in DATED else LISTED if kind == ALERT else ""
    place, link = _place(recipient)
    note_id = f"n-{digest_of(kind, recipient, made.isoformat(), end)[:8]}"
    return Rendered(
        notification(f"{begin} {place}. {why}", note_id),
        (section(f"{escape(begin)} {link}. {escape(why)}"), footer(note_id)),
    )


def _place(recipient: str) -> tuple[str, str]:
    """Name a place in plain words, and with a link to it."""
    if CHANNEL.fullmatch(recipient):
        return "in its channel", f"in <#{recipient}>"
    place = "to you" if DIRECT.fullmatch(recipient) else f"in {fit(recipient, LONGEST)}"
    return place, escape(place)


def _why(reason: str) -> str:
    return WHY.get(reason) or f"Slack refused it ({fit(reason, LONGEST)})."

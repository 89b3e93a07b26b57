"""What Tape asks of a workspace, and what each of it is for, in words. Knows no Slack client.

manifest.yml asks Slack for the same; the tests hold the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission. Without a `required` one Tape does not answer; else only this is missing."""

    name: str
    use: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that Slack tells Tape of; no token can ask whether it is subscribed."""

    name: str
    use: str


SCOPES = (
    Scope("app_mentions:read", "to hear that it is mentioned in a channel", required=True),
    Scope("assistant:write", "to suggest questions, and to be found as an agent", required=True),
    Scope("chat:write", "to answer", required=True),
    Scope("im:history", "to read what people write to it directly", required=True),
    Scope("channels:history", "to read the link that a question stands under in public channels"),
    Scope("groups:history", "to read the link that a question stands under in private channels"),
    Scope("users:read", "to know the time zone in which a person says today"),
    Scope("chat:write.public", "to post digests in public channels that it was not invited to"),
)
EVENTS = (
    Event("app_mention", "mentions in channels"),
    Event("message.im", "direct messages"),
)

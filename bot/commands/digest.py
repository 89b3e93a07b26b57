"""A channel's name to its digest of today: shown, or put into the outbox for a running Tape."""

import json

from bot import console
from bot.blocks.digest import digest_message
from bot.settings import load
from bot.wiring import Office, open_beside, utc_now
from jobs.brief import preview, send_now


def digest(channel: str, *, dry_run: bool, as_json: bool) -> None:
    """Show the digest of a channel as it would be now, or queue it; a running Tape posts it.

    Raises:
        UnknownChannelError: the channel has no digest.
    """
    settings = load()
    library = open_beside(settings)
    office = Office.open(settings, library)
    recipient = channel.removeprefix("#")
    try:
        message = digest_message(preview(recipient, utc_now(), office.desk))
        queued = False if dry_run else send_now(recipient, utc_now(), office.desk)
    finally:
        office.close()
        library.close()
    if as_json:
        shown = {"channel": recipient, "queued": queued, **json.loads(message.to_json())}
        console.write(json.dumps(shown, ensure_ascii=False))
        return
    console.say(message.text)
    if queued:
        console.note(f"Queued for #{recipient}: a running Tape posts it.")
    elif not dry_run:
        console.note(f"The digest of today for #{recipient} is in the outbox already.")

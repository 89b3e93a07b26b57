"""A sentence of ours -> what one person alone reads in a thread. Knows no answer."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.looks import Place
from bot.replies import notice


async def tell(
    client: AsyncWebClient, place: Place, user: str, sentence: str, notice_id: str
) -> None:
    """Say something to one person; nobody else sees it."""
    said = notice(sentence, notice_id).message
    await client.chat_postEphemeral(
        channel=place.channel,
        user=user,
        thread_ts=place.thread_ts,
        text=said.text,
        blocks=list(said.blocks),
        parse="none",
    )

"""A file that a user shared -> what is in it, or why we cannot have it. Keeps nothing."""

from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import bearer_of
from bot.outcomes import outcome_of
from bot.questions import Document, SharedFile
from jobs.outbox import Limited, Refused, Unclear
from retrieval.errors import FileGoneError, FileScopeError, OthersFileError, TooLargeError
from retrieval.sources.limits import BODY_LIMIT

FILES_HOST = "files.slack.com"
SECONDS = 20.0


async def document_of(
    shared: SharedFile, client: AsyncWebClient, *, of: str | None = None
) -> Document:
    """Fetch what a user shared; the token goes to Slack's own hosts only.

    `of` is the user whose file it has to be; None where the file came with a message.

    Raises:
        FileScopeError: we may not read files.
        FileGoneError: Slack does not give it, or not now.
        OthersFileError: somebody else shared it.
        TooLargeError: it is larger than what is read at once.
    """
    try:
        token = await bearer_of(client)
        found = (await outcome_of(client.files_info(file=shared.id))).get("file", {})
    except Refused as refused:
        lacking = refused.reason == "missing_scope"
        raise (FileScopeError if lacking else FileGoneError)(shared.name) from refused
    except (Limited, Unclear) as outcome:
        raise FileGoneError(shared.name) from outcome
    if of is not None and found.get("user") != of:
        raise OthersFileError(shared.name)
    size = int(found.get("size") or 0)
    if size > BODY_LIMIT:
        raise TooLargeError(shared.name)
    url = str(found.get("url_private_download") or found.get("url_private") or "")
    if not is_slacks(url, client.base_url):
        raise FileGoneError(shared.name)
    body = await _bytes(url, shared.name, token)
    if size and len(body) != size:  # to whom Slack does not give it, it gives its login page
        raise FileGoneError(shared.name)
    return Document(shared.name, body)


def is_slacks(url: str, base_url: str) -> bool:
    """Tell Slack's own addresses: those of its files, or of the server that we talk to."""
    ours, theirs = urlsplit(base_url), urlsplit(url)
    if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc):
        return True
    return theirs.scheme == "https" and theirs.netloc == FILES_HOST


async def _bytes(url: str, name: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != HTTPStatus.OK:
                raise FileGoneError(name)
            return await _capped(response, name)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise FileGoneError(name) from error


async def _capped(response: aiohttp.ClientResponse, name: str) -> bytes:
    """Read a body, and stop at the first byte too many."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > BODY_LIMIT:
            raise TooLargeError(name)
    return bytes(body)

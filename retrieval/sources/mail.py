"""An e-mail -> one Article: a newsletter as its reader sees it. Knows no mailbox and no server.

The subject is the title, the sender the source, Message-ID the identity. Of an HTML and a plain
part the longer one is read. Pictures, links and hidden words are dropped, and so are the lines that
every newsletter carries. Attachments are not opened, whatever they are: a PDF that came by mail is
read when it is given as a file.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import lxml.html  # type: ignore[import-untyped]
from lxml.etree import ParserError  # type: ignore[import-untyped]

from retrieval.errors import UnreadableFileError
from retrieval.models import Article
from retrieval.sources.dates import read_date
from retrieval.sources.ids import article_id
from retrieval.sources.markup import serialised, text_of
from retrieval.sources.text import clean, decode, require_words

MOST_PARTS = 200  # a newsletter has two or three; more are nested to keep us busy
FOOTER = 800  # characters after "unsubscribe" that are still the sender's address and rights
BOILERPLATE = 400  # a paragraph longer than this says something besides

_ADDRESS = re.compile(r"[<(\[]?\s*(?:https?://|www\.)\S+?\s*[>)\]]?(?=\s|$)", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|max-height\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"\bunsubscribe\b|\bopt[- ]out\b|manage (?:your |my )?(?:e-?mail )?(?:preferences|subscription)"
    r"|update (?:your |my )?(?:e-?mail )?preferences|(?:you are|you're|you’re) receiving this",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"view (?:this |the )?(?:e-?mail |message |newsletter )?(?:online|in (?:your|a|the) browser)"
    r"|having trouble (?:viewing|reading)|add us to your address ?book|forward(?:ed)? (?:this|to a)"
    r"|read (?:it |this )?(?:online|in (?:your|the) browser)",
    re.IGNORECASE,
)
_BAD_HEADER = (ValueError, LookupError, AttributeError, TypeError)
"""What the standard library raises at headers that no mail program writes."""


def parse_mail(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read one message, as it was saved.

    Raises:
        UnreadableFileError: it has none of the headers of a message, or too many parts.
        EmptySourceError: it has no words.
    """
    del origin, charset
    message = message_from_bytes(body, policy=default)
    assert isinstance(message, EmailMessage)
    sender, title = _header(message, "from"), " ".join(_header(message, "subject").split())
    printed = _header(message, "date")
    if not (sender or title or printed):
        raise UnreadableFileError
    text = require_words(clean(_without_boilerplate(_longest(message))))
    when, own = read_date(printed, now=now), "".join(_header(message, "message-id").split())
    key = ("mail", own) if own else ("mail", sender, printed, title, text)
    return (
        Article(
            id=article_id(*key),
            text=text,
            title=clean(title) or None,
            source=_name(sender),
            published_at=when.at,
            published_offset=when.offset,
        ),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message[name] or ""))
    except _BAD_HEADER:
        return ""


def _name(sender: str) -> str | None:
    """Name who sent it: as they call themselves, else the site of their address."""
    name, address = parseaddr(sender)
    return " ".join(name.split()) or address.rpartition("@")[2].lower() or None


def _longest(message: EmailMessage) -> str:
    """Read the parts that are shown; attachments and what is no text are left closed."""
    texts: list[str] = []
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not _attached(part):
            words = decode(part.get_payload(decode=True) or b"", _charset(part))  # type: ignore[arg-type]
            texts.append(text_of(_shown(words)) if kind == "text/html" else _plain(words))
    return max(texts, key=len, default="")


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Walk through the parts in order, not into messages that are attached."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting[:0] = [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]
        elif not part.is_multipart():
            yield part
    raise UnreadableFileError


def _attached(part: EmailMessage) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except _BAD_HEADER:
        return True


def _charset(part: EmailMessage) -> str | None:
    try:
        return part.get_content_charset()
    except _BAD_HEADER:
        return None


def _shown(html: str) -> str:
    """Take out what a reader does not see: previews for inboxes, and words meant for machines."""
    try:
        root = lxml.html.fromstring(f"<div>{clean(html)}</div>")
    except ParserError:
        return ""
    for element in root.xpath("//*[@style or @hidden]"):
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if hidden and element is not root:
            element.drop_tree()
    return serialised(root)


def _plain(words: str) -> str:
    """Join the lines of each paragraph, which mail programs wrap."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", words))
    return "\n\n".join(filter(None, paragraphs))


def _without_boilerplate(text: str) -> str:
    """Drop addresses, the invitations to read elsewhere, and the footer from "unsubscribe" on."""
    kept: list[str] = []
    left = len(text)
    for paragraph in _ADDRESS.sub("", text).split("\n\n"):
        left -= len(paragraph) + 2
        if len(paragraph) > BOILERPLATE or not _is_boilerplate(paragraph.splitlines()):
            kept.append(paragraph.strip())
        elif _LEAVING.search(paragraph) and left <= FOOTER:
            break
    return "\n\n".join(filter(None, kept))


def _is_boilerplate(lines: Iterable[str]) -> bool:
    return any(_LEAVING.search(line) or _ELSEWHERE.search(line) for line in lines)

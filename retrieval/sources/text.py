r"""Plain text bytes -> one Article, kept exactly as read. Knows no markup.

What Python's text mode would do, and no more: a byte order mark goes, "\r\n" and "\r" become
"\n". What is no character (undecodable bytes, NUL, half of a surrogate pair) becomes U+FFFD.
Nothing is stripped: spans count from here.
"""

import codecs
import re

from retrieval.errors import EmptySourceError
from retrieval.models import Article
from retrieval.sources.ids import canonical_url, host_of, id_of_origin

_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_NO_CHARSETS = {"unicode_escape", "raw_unicode_escape", "utf-7"}  # notations, not charsets of texts
_WIDE = (  # byte order marks; and how "<" begins a document without one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def clean(text: str) -> str:
    """Replace what no store can hold by U+FFFD; every other character keeps its place."""
    return _NO_CHARACTER.sub("\ufffd", text)


def wide_charset(body: bytes) -> str | None:
    """Name the charset of text in two or four bytes a character; None for all others."""
    return next((charset for mark, charset in _WIDE if body.startswith(mark)), None)


def decode(body: bytes, charset: str | None = None) -> str:
    """Turn bytes into text by their byte order mark, else the charset named, else UTF-8."""
    wide = wide_charset(body)
    if wide:
        charset = wide
    elif body.startswith(codecs.BOM_UTF8) or charset is None or not _known(charset):
        charset = "utf-8-sig"
    text = body.decode(charset, "replace")
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _known(charset: str) -> bool:
    try:
        name = codecs.lookup(charset).name
        b"a".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return name not in _NO_CHARSETS


def require_words(text: str) -> str:
    """Give the text back if there is anything to read in it."""
    if not text.strip(" \t\r\n\f\v\ufffd\ufeff\u200b"):
        raise EmptySourceError
    return text


def parse_text(body: bytes, *, origin: str, charset: str | None = None) -> tuple[Article, ...]:
    """Read one plain text; it has no title, and no date."""
    text = require_words(decode(body, charset))
    url = canonical_url(origin)
    return (Article(id_of_origin(origin), text, url=url, source=host_of(url)),)

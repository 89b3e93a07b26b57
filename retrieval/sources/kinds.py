"""Bytes, a name and a content type -> the kind of parser that reads them. Knows no parser.

The bytes decide where they are clear (PDF, XML, HTML, JSON); the name and the content type decide
among plain texts. A saved message is one by its name only: any text may begin like one.
"""

import re
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from retrieval.sources.text import wide_charset

Kind = Literal[
    "text", "markdown", "html", "feed", "jsonfeed", "vendor", "jsonl", "pdf", "mail", "mbox"
]

HEAD = 8192
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_FOREIGN = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
)
_PROLOGUE = re.compile(
    r"\s*(?:<\?[^>]{0,2000}\?>|<!--.{0,4000}?-->"
    r"|<!DOCTYPE(?P<page>\s+html)?[^>\[]{0,500}(?:\[.{0,4000}?\]\s*)?>)",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"\s*<([a-z][\w:.-]{0,40})", re.IGNORECASE)
_FEEDS = {"rss", "feed", "rdf:rdf", "rdf", "channel", "entry", "atom:feed"}
_PAGES = {"html", "head", "body"}
_VENDORS = re.compile(
    r'"feed"\s*:\s*\[.*"time_published"|"results"\s*:\s*\[.*"published_utc"'
    r'|"data"\s*:\s*\[.*"uuid"',
    re.DOTALL,
)
"""How vendors.py's three shapes begin; a quote inside a text has a backslash before it."""
_MAIL_HEADER = re.compile(r"[!-9;-~]{1,60}:[ \t]")
_MBOX_LINE = re.compile(r"From \S+ .*\d{4}\s*\n[!-9;-~]{1,60}:[ \t]")
_MAILBOXES = {".mbox", ".mbx", ""}  # some mail programs give their folders no suffix
_BY_SUFFIX: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "feed", ".rss": "feed",
    ".atom": "feed", ".rdf": "feed", ".txt": "text", ".text": "text", "": "text",
}  # fmt: skip
_BY_TYPE: dict[str, Kind] = {
    "application/x-ndjson": "jsonl", "application/jsonl": "jsonl", "text/markdown": "markdown",
    "text/html": "html", "application/xhtml+xml": "html", "application/rss+xml": "feed",
    "application/atom+xml": "feed", "application/xml": "feed", "text/xml": "feed",
}  # fmt: skip


def sniff(body: bytes, *, name: str, content_type: str = "") -> Kind | None:
    """Say which parser reads this; None if none does."""
    suffix = suffix_of(name)
    by_type = _BY_TYPE.get(content_type.partition(";")[0].strip().lower())
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if is_binary(body):
        return None
    head = _decoded_head(body)
    if mail := _of_mail(head, suffix, content_type):
        return mail
    named = (
        by_type or _BY_SUFFIX.get(suffix) or ("text" if content_type.startswith("text/") else None)
    )
    return _of_json(head, named, suffix, content_type) or _of_markup(head, named) or named


def suffix_of(name: str) -> str:
    """Take the extension of a path or an address, in lower case."""
    path = urlsplit(name).path if "://" in name else name
    return PurePosixPath(path).suffix.lower()


def is_binary(body: bytes) -> bool:
    """Tell machine data from text: by its first bytes, or by too many control characters."""
    if body.startswith(_FOREIGN):
        return True
    sample = body[:HEAD]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(8, len(sample) // 20) and not wide_charset(body)


def _decoded_head(body: bytes) -> str:
    head = body[:HEAD]
    charset = wide_charset(head) or "utf-8-sig"
    return head.decode(charset, "replace")


def _of_mail(head: str, suffix: str, content_type: str) -> Kind | None:
    if suffix in _MAILBOXES and _MBOX_LINE.match(head):
        return "mbox"
    is_mail = suffix == ".eml" or content_type.startswith("message/rfc822")
    return "mail" if is_mail and _MAIL_HEADER.match(head) else None


def _of_json(head: str, named: Kind | None, suffix: str, content_type: str) -> Kind | None:
    """A JSON Feed says so in its first lines, a vendor by its fields; the rest is JSONL."""
    if named == "jsonl" or not head.lstrip().startswith("{"):
        return None
    if "//jsonfeed.org/version/" in head.replace("\\/", "/"):
        return "jsonfeed"
    if _VENDORS.search(head):
        return "vendor"
    is_json = suffix == ".json" or "json" in content_type
    return "jsonl" if is_json else None


def _of_markup(head: str, named: Kind | None) -> Kind | None:
    if named == "jsonl":
        return None
    is_xml, is_page = head.lstrip().startswith("<?xml"), named == "html"
    while prologue := _PROLOGUE.match(head):
        is_page = is_page or prologue["page"] is not None
        head = head[prologue.end() :]
    root = _ROOT.match(head)
    word = root[1].lower() if root else ""
    if word in _FEEDS:
        return "feed"
    if word in _PAGES or is_page:
        return "html"
    return "feed" if is_xml else None

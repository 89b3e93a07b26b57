"""OPML 2.0 bytes <-> the feeds that they list, with their folders. Knows no store, no network.

The list comes from outside, so nothing in it may declare anything: a DOCTYPE, and with it every
entity, ends the reading at its first byte. Spec: opml.org/spec2.opml, "Subscription lists".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from xml.parsers import expat  # safe: no entity is ever declared, see _Reader.refuse
from xml.sax.saxutils import escape

from retrieval.errors import BadOpmlError, TooLargeError, TooManyItemsError
from retrieval.sources.ids import canonical_url
from retrieval.sources.limits import BODY_LIMIT

MOST_FEEDS = 2_000
DEEPEST = 20  # folders in folders
LONGEST = 300  # characters of a title or a folder's name

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list: its address, its title, and its folders, outermost first."""

    url: str
    title: str | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """The feeds of a list in its order, and the addresses that are none (not http or https)."""

    feeds: tuple[Outline, ...]
    refused: tuple[str, ...] = ()


def parse_opml(body: bytes) -> Listed:
    """Read a list of feeds.

    Raises:
        BadOpmlError: it is no OPML, it is damaged, or it has a DOCTYPE.
        TooLargeError, TooManyItemsError: as in their own words.
    """
    if len(body) > BODY_LIMIT:
        raise TooLargeError
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # an encoding that nobody knows
        raise BadOpmlError from error
    return Listed(tuple(reader.feeds), tuple(reader.refused))


@dataclass(slots=True)
class _Reader:
    """Gathers the outlines. An outline without an address is a folder."""

    feeds: list[Outline] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    open: list[str | None] = field(default_factory=list)  # of each open outline, its folder's name
    root: bool = False

    def refuse(self, *_: object) -> None:
        raise BadOpmlError

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.root and tag.lower() != "opml":
            raise BadOpmlError
        self.root = True
        if tag.lower() != "outline":
            return
        given = {name.lower(): value for name, value in attributes.items()}
        name, url = given.get("title") or given.get("text") or "", given.get("xmlurl")
        self.open.append(None if url else name[:LONGEST])
        if len(self.open) > DEEPEST or len(self.feeds) > MOST_FEEDS:
            raise TooManyItemsError
        if url:
            self.take(url, name[:LONGEST] or None)

    def take(self, url: str, title: str | None) -> None:
        canonical = canonical_url(url)
        if canonical is None:
            self.refused.append(url[:LONGEST])
            return
        folders = tuple(name for name in self.open if name is not None)
        self.feeds.append(Outline(canonical, title, folders))

    def end(self, tag: str) -> None:
        if tag.lower() == "outline":
            self.open.pop()


def opml_of(feeds: Sequence[Outline], *, title: str) -> bytes:
    """Write a list that `parse_opml` reads as the same feeds, in the same order."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{escape(_legal(title))}</title></head>",
        "<body>",
        *_outlines(feeds, 0),
        "</body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines).encode()


def _outlines(feeds: Sequence[Outline], depth: int) -> Iterator[str]:
    """Write neighbours of one folder into one outline."""
    indent = "  " * (depth + 1)
    for folder, within in groupby(feeds, key=lambda one: one.folders[depth : depth + 1]):
        if folder:
            yield f"{indent}<outline text={_quoted(folder[0])}>"
            yield from _outlines(list(within), depth + 1)
            yield f"{indent}</outline>"
            continue
        for one in within:
            title = f" title={_quoted(one.title)}" if one.title else ""
            text = _quoted(one.title or "")
            yield f'{indent}<outline type="rss" text={text}{title} xmlUrl={_quoted(one.url)}/>'


def _quoted(text: str) -> str:
    return f'"{escape(_legal(text), _ENTITIES)}"'


def _legal(text: str) -> str:
    """Replace what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)

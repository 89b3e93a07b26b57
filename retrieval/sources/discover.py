"""An HTML page's bytes -> the addresses of the feeds that its head names. Knows no network.

The page is not parsed, since pages can hang parsers: its first `<link>` tags are looked at.
"""

import html
import re
from itertools import islice

from retrieval.sources.ids import absolute_url
from retrieval.sources.text import decode

LOOKED_AT = 262_144  # bytes of a page: a head is shorter
MOST_LINKS = 500
_LINK = re.compile(r"<link\b([^<>]{1,800})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_FEED_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
}  # fmt: skip


def feeds_of(body: bytes, *, origin: str, charset: str | None = None) -> tuple[str, ...]:
    """List the feeds of a page in its own order, each once; `origin` is the page's address.

    A feed of the page's comments comes last: nobody who names a page means that.
    """
    page = decode(body[:LOOKED_AT], charset)
    found: dict[str, bool] = {}
    for link in islice(_LINK.finditer(page), MOST_LINKS):
        named = {
            m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "")
            for m in _ATTRIBUTE.finditer(link[1])
        }
        is_feed = named.get("type", "").strip().lower() in _FEED_TYPES
        if is_feed and "alternate" in named.get("rel", "").lower().split():
            url = absolute_url(origin, named.get("href", ""))
            if url:
                found.setdefault(url, "comment" in (named.get("title", "") + url).lower())
    return tuple(sorted(found, key=found.__getitem__))

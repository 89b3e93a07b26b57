"""Untrusted words <-> Slack's mrkdwn: the only module that escapes and makes links. Knows no block.

Whatever an article, a title or a model says passes through `escape` and comes out as words: no
link, no ping, no code. Every text object that carries the result must say `verbatim: true`
(bot/blocks/kit.py does): otherwise Slack itself turns bare URLs, channel and user names in it
into links, and an article's words would become clickable. The alternative, breaking such words
with invisible characters, would spoil the quotes that people copy.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

ELLIPSIS = "…"
MAX_URL = 2_000  # a longer one is no article's address, and a section holds 3,000 characters
FRAGMENT_WORDS = 5  # at each end of a quote: enough to be unique on a page
WHOLE_WORDS = 2 * FRAGMENT_WORDS

# Joiners shape letters in Persian, Hindi and emoji; other format characters hide or reorder text.
JOINERS = frozenset("\u200c\u200d")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# An odd backtick of a quote would pair with the next one and turn our link between them into code.
NO_CODE = str.maketrans({"`": "\u02cb"})
# What makes a link, a picture, code or emphasis in Slack's Markdown, and what a bare address has.
MARKDOWN = re.compile(r"[\\`*_~]|(?<=\])\(")
ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
LABELLED = re.compile(r"<[^<>|]*\|([^<>]*)>")
CONTROL = re.compile(r"<([^<>]*)>")
MARK = re.compile(r"\[(\d{1,3})\]")


class _Seen(dict[int, int | None]):
    """Maps a character to itself, or to nothing when it is hidden; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        sign = chr(code)
        hidden = unicodedata.category(sign) in HIDDEN and sign not in JOINERS
        self[code] = None if hidden else code
        return self[code]


_SEEN = _Seen()


def plain(text: str) -> str:
    """Take out what nobody sees: control, bidi and zero-width characters, spaces in a row."""
    return " ".join(" ".join(text.split()).translate(_SEEN).split())


def escape(text: str) -> str:
    """Make any words safe inside mrkdwn: nothing in them is a link, a ping, a date or code."""
    safe = plain(text).translate(NO_CODE)
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def live(text: str) -> str:
    """Make any words safe inside the Markdown of a stream, where Slack reads more than elsewhere.

    `<!channel>` and `<url|label>` would be live there, so `<` and `>` are escaped; `&` is not:
    Slack shows it as it stands. A bare address would become a link, so a space stands in it.
    """
    safe = ADDRESS.sub(" ", plain(text))
    marked = MARKDOWN.sub(lambda sign: f"\\{sign[0]}", safe)
    return marked.replace("<", "&lt;").replace(">", "&gt;")


def fit(text: str, most: int) -> str:
    """Cut words at a word's end so that, escaped, they have at most `most` characters."""
    whole = plain(text)
    if len(whole) <= most and _escaped_size(whole) <= most:
        return whole
    longest = range(1, min(len(whole), most) + 1)
    end = bisect_right(longest, most - 1, key=lambda i: _escaped_size(whole[:i]))
    cut = whole[:end]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return at_word.rstrip(" ,;:·-") + ELLIPSIS


def _escaped_size(words: str) -> int:
    """Count the characters that plain words have once they are escaped."""
    return len(words) + 4 * words.count("&") + 3 * (words.count("<") + words.count(">"))


def bold(text: str) -> str:
    """Set words in bold; an asterisk among them would end it early, so it becomes its twin."""
    return f"*{escape(text).replace('*', chr(0x2217))}*" if plain(text) else ""


def italic(text: str) -> str:
    """Set words in italics; an underscore among them would end it early, so it becomes its twin."""
    return f"_{escape(text).replace('_', chr(0xFF3F))}_" if plain(text) else ""


def safe_url(url: str | None) -> str | None:
    """Give back an http(s) address that cannot end a link early or hide where it leads."""
    if not url or plain(url) != url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        named, login = parts.hostname, parts.username or parts.password
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not named or login:
        return None
    found = re.sub(r"[|<>`\"]", lambda sign: quote(sign[0]), url)
    return found if len(_address(found)) <= MAX_URL else None


def link(url: str | None, label: str) -> str:
    """Link a label to an address of the database; just the label when that cannot be linked."""
    shown, target = escape(label), safe_url(url)
    return f"<{_address(target)}|{shown}>" if target and shown else shown


def unlinked(mrkdwn: str) -> str:
    """Take the addresses out of mrkdwn of ours and leave the labels of its links."""
    return LABELLED.sub(r"\1", mrkdwn)


def at_quote(url: str | None, words: str) -> str | None:
    """Add a text fragment to an address, so that a browser opens the page at the quote."""
    target = safe_url(url)
    if target is None or "#" in target or not words.split():
        return target
    found = f"{target}#:~:text={_fragment(words)}"
    return found if len(_address(found)) <= MAX_URL else target


def marks(text: str, urls: Mapping[int, str | None]) -> str:
    """Escape a sentence and link its [n] to what they cite; an [n] that cites nothing is words."""
    return "".join(_marked(text, urls))


def heard(text: str, me: str | None) -> tuple[str, tuple[str, ...]]:
    """Read what a user wrote: their words without the mention of us, and the links in it."""
    links: list[str] = []

    def words(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith(("@", "#", "!")):
            return "" if target == f"@{me}" else label or target.removeprefix("!")
        url = html.unescape(target)
        if _typed_as_link(url, label):
            links.append(url)
            return label if " " in label else ""
        return label or target

    said = html.unescape(CONTROL.sub(words, text))
    return plain(said), tuple(dict.fromkeys(links))


def _address(url: str) -> str:
    """Write an address the way it stands inside a link."""
    return url.replace("&", "&amp;")


def _typed_as_link(url: str, label: str) -> bool:
    """Tell an address from a word that Slack turned into one, such as "Amazon.com"."""
    if safe_url(url) is None:
        return False
    return (
        not label
        or label.startswith(("http://", "https://"))
        or urlsplit(url).path not in ("", "/")
    )


def _fragment(words: str) -> str:
    lines = [line.split() for line in words.splitlines() if line.split()]
    if len(lines) == 1 and len(lines[0]) <= WHOLE_WORDS:
        return _encoded(lines[0])
    return f"{_encoded(lines[0][:FRAGMENT_WORDS])},{_encoded(lines[-1][-FRAGMENT_WORDS:])}"


def _encoded(words: list[str]) -> str:
    """Encode for a text directive, where a dash and a comma are syntax."""
    return quote(" ".join(words).encode("utf-8", "replace"), safe="").replace("-", "%2D")


def _marked(text: str, urls: Mapping[int, str | None]) -> Iterator[str]:
    last = 0
    for found in MARK.finditer(text):
        before = text[last : found.start()]
        yield _kept_space(before)
        n = int(found[1])
        yield link(urls[n], found[0]) if n in urls else escape(found[0])
        last = found.end()
    yield _kept_space(text[last:])


def _kept_space(text: str) -> str:
    """Escape a piece of a line and keep the space at its ends."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() and plain(text) else ""
    return f"{lead}{escape(text)}{trail}"

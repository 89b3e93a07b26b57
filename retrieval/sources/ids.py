"""Addresses and paths -> article ids that stay when an article is read again. Knows no files."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from retrieval.models import digest_of

ID_LENGTH = 32  # hex digits, 128 bits
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_hsenc|_hsmi|yclid|cmpid)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


def article_id(kind: str, *key: str) -> str:
    """Name an article by what identifies it: its address, its feed's guid, or its file's path."""
    return digest_of(kind, *key)[:ID_LENGTH]


def canonical_url(url: str | None) -> str | None:
    """Write an http(s) address the one way, without tracking words and fragment; else None."""
    try:
        parts = urlsplit((url or "").strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _PORTS[parts.scheme]:
        host = f"{host}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    canonical = urlunsplit((parts.scheme, host, parts.path or "/", query, ""))
    return canonical if canonical.isprintable() else None  # no NUL, no half surrogate


def absolute_url(base: str | None, href: str) -> str | None:
    """Resolve a link against the address of its document."""
    try:
        return canonical_url(urljoin(base or "", href.strip())) if href.strip() else None
    except ValueError:
        return None


def host_of(url: str | None) -> str | None:
    """Name the site of an address, without "www."."""
    canonical = canonical_url(url)
    return (urlsplit(canonical).hostname or "").removeprefix("www.") if canonical else None


def id_of_url(url: str) -> str:
    """Name an article by its address."""
    return article_id("url", canonical_url(url) or url)


def id_of_origin(origin: str) -> str:
    """Name an article by where it was read: an address, or a resolved path."""
    return id_of_url(origin) if canonical_url(origin) else article_id("file", origin)

"""A piece of HTML, as feeds carry it -> readable plain text. Knows no menus: see pages.py."""

import re
from typing import TypeAlias

import lxml.html  # type: ignore[import-untyped]
from lxml.etree import ParserError, _Element  # type: ignore[import-untyped]

from retrieval.sources.text import clean

Node: TypeAlias = _Element
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre",
    "section", "table", "tbody", "tr", "ul",
))  # fmt: skip
_SILENT = frozenset((
    "script", "style", "template", "noscript", "iframe", "svg", "head", "title", "object",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))


def text_of(html: str) -> str:
    """Write the words of a fragment, a block a paragraph; entities become their characters."""
    if not html.strip():
        return ""
    try:
        root = lxml.html.fromstring(f"<div>{clean(html)}</div>")
    except ParserError:
        return ""
    pieces: list[str] = []
    _collect(root, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()


def serialised(tree: Node) -> str:
    """Write a tree as HTML again."""
    return str(lxml.html.tostring(tree, encoding="unicode"))


def _collect(root: Node, pieces: list[str]) -> None:
    """Walk the tree without recursion: hostile nesting is deeper than Python's stack."""
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        element, leaving = todo.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if leaving:
            pieces.append(_edge(tag))
            pieces.append(_flat(element.tail) if element is not root else "")
            continue
        if not tag or tag in _SILENT:
            pieces.append(_flat(element.tail))
            continue
        pieces.append("\n" if tag == "br" else _edge(tag))
        pieces.append(_flat(element.text))
        todo.append((element, True))
        todo.extend((child, False) for child in reversed(element))


def _edge(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    return " " if tag in _CELLS else ""


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\r", " ")

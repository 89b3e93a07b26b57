"""Turns sample articles into readable pages, so that a citation can open its quote. Pure."""

import html
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

NOTICE = "Sample article, invented situation"


class Sample(NamedTuple):
    """A sample article as the reader shows it."""

    title: str
    source: str | None
    published: datetime | str | None
    text: str


def sample_page(sample: Sample) -> str:
    """Write one article as a page; a paragraph is a block, so that a quote in it is found."""
    paragraphs = (part for part in sample.text.split("\n\n") if part.strip())
    body = "\n".join(f"<p>{_escape(part.strip())}</p>" for part in paragraphs)
    when = _when(sample.published)
    about = f'<p class="about">{_escape(sample.source or "no source")} · {_escape(when)}</p>'
    title = f"<h1>{_escape(sample.title)}</h1>"
    return _page(sample.title, f"{_notice()}\n<article>\n{title}\n{about}\n{body}\n</article>")


def samples_page(samples: Mapping[str, Sample]) -> str:
    """Write the list of all samples, by title."""
    rows = (
        f'<li><a href="/samples/{_escape(slug)}">{_escape(sample.title)}</a> '
        f'<span class="about">{_escape(_when(sample.published))}</span></li>'
        for slug, sample in sorted(samples.items(), key=lambda item: item[1].title)
    )
    return _page("Sample articles", f"{_notice()}\n<h1>Sample articles</h1>\n{_list(rows)}")


def _when(published: datetime | str | None) -> str:
    if isinstance(published, datetime):
        return f"{published:%d %B %Y, %H:%M} {published.tzname() or ''}".strip()
    return published or "undated"


def _notice() -> str:
    return f'<p class="notice" role="note">{NOTICE}. No company named here did this.</p>'


def _list(rows: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(rows) + "\n</ul>"


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/sample.css">
</head>
<body>
{body}
</body>
</html>
"""

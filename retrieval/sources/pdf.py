"""PDF bytes -> one Article. Knows no scanned pages: a PDF without text is empty.

The file's own dates say when it was written, not when it was published, so a PDF is undated.
"""

import io
import re
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from retrieval.errors import ParseLimitError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.ids import canonical_url, host_of, id_of_origin
from retrieval.sources.text import clean, require_words

_SENTENCE_END = re.compile(r"[.!?:][\"'\u201d\u2019)]?$")
SHORT_LINE = 0.75  # of the page's longest line: a sentence that ends before that ends its paragraph


def parse_pdf(body: bytes, *, origin: str) -> tuple[Article, ...]:
    """Read the text layer of a PDF, its lines joined into paragraphs."""
    try:
        reader = PdfReader(io.BytesIO(body))
        pages = [page.extract_text() for page in reader.pages]
        title = reader.metadata.title if reader.metadata else None
    except LimitReachedError as error:  # pypdf's own guard: a stream that inflates without end
        raise ParseLimitError from error
    except PyPdfError as error:
        raise UnreadableFileError from error
    text = clean("\n\n".join(filter(None, (paragraphs(page.splitlines()) for page in pages))))
    url = canonical_url(origin)
    heading = clean(" ".join(str(title or "").split())) or None
    return (
        Article(
            id_of_origin(origin), require_words(text), title=heading, url=url, source=host_of(url)
        ),
    )


def paragraphs(lines: Sequence[str]) -> str:
    """Join the lines of a page into paragraphs, and words that a hyphen cut at a line's end."""
    longest = max(map(len, lines), default=0)
    text = ""
    for line in (line.strip() for line in lines):
        if not line:
            text = text.rstrip() + "\n\n"
        elif text.endswith("-") and line[:1].islower():
            text = text[:-1] + line
        else:
            text += (" " if text and not text.endswith("\n") else "") + line
        if _SENTENCE_END.search(line) and len(line) < SHORT_LINE * longest:
            text += "\n\n"
    return text.strip()

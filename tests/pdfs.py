"""Small PDF files for tests: pages of text lines, or one raw content stream."""

import zlib
from collections.abc import Sequence


def pdf_of_lines(*pages: Sequence[str]) -> bytes:
    """Write each page's lines one below the other."""
    return pdf_of_streams(*(_typed(lines) for lines in pages))


def pdf_of_streams(*streams: bytes) -> bytes:
    """Write one page for each content stream, compressed."""
    pages = [3 + 2 * index for index in range(len(streams))]
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    objects.append(b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)))
    for page, stream in zip(pages, streams, strict=True):
        packed = zlib.compress(stream, 9)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F1"
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % (page + 1)
        )
        objects.append(
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
        )
    return _with_table(objects)


def _typed(lines: Sequence[str]) -> bytes:
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    return f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")


def _with_table(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer

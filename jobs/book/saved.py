"""The bytes of a table, as spreadsheets and brokers save it -> its text. Pure; knows no columns."""

from jobs.errors import UnreadableTableError
from retrieval.sources.text import wide_charset


def table_text(body: bytes) -> str:
    """Read a table in UTF-8, in UTF-16 with its mark ("Unicode text"), or in Windows' own letters.

    Raises:
        UnreadableTableError: it is no text, but a workbook or a picture.
    """
    for charset in (wide_charset(body) or "utf-8-sig", "cp1252"):
        try:
            text = body.decode(charset)
        except UnicodeDecodeError:
            continue
        if all(sign.isprintable() or sign.isspace() for sign in set(text)):
            return text
    raise UnreadableTableError

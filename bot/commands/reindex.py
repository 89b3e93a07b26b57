"""The database to fresh indexes."""

import json

from bot import console
from bot.settings import load
from bot.wiring import open_library


def reindex(*, as_json: bool) -> None:
    """Build the search indexes anew from the stored vectors; nothing is embedded again.

    Raises:
        LockedError: a running Tape owns the indexes.
    """
    library = open_library(load())
    try:
        with console.progress("Indexing") as advance:
            library.indexes.wait()
            chunks = library.indexes.rebuild()
            advance(chunks)
    finally:
        library.close()
    console.write(json.dumps({"chunks": chunks}) if as_json else f"{chunks:,} chunks indexed.")

"""The database to fresh indexes."""

from bot import console
from bot.settings import load
from bot.wiring import open_library
from retrieval.contract import dumps


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
    if as_json:
        console.write(dumps({"chunks": chunks}))
    else:
        console.say(f"{chunks:,} chunks indexed.")

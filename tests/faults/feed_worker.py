"""A worker process for the kill test: asks the feeds that are due until it is killed.

Arguments: database URL, port of the site, name of the worker, seconds of its lease.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

from jobs.feeds.poller import Poller
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from retrieval.db import connect
from retrieval.library import Library
from retrieval.sources.sandbox import Sandbox
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.site import Site


def main(url: str, port: int, owner: str, lease: float) -> None:
    library = Library.in_memory(HashEmbedder(), builtin())
    tools = Tools(Site(port=port).poll(), Sandbox())
    feeds = Feeds(connect(url))
    span = timedelta(seconds=lease)
    poller = Poller(feeds, tools, library, owner=owner, draw=lambda: 0.5, lease=span)
    while True:
        poller.visit_all(lambda: datetime.now(UTC))
        time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4]))

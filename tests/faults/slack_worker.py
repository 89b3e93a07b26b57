"""Tape's side of Slack as a process for the kill test: reads a few samples, then answers.

Arguments: the fake Slack's Web API address, its bot token, its app token. The data folder comes
from TAPE_DATA_DIR. Everything is the real thing but the embedder, whose weights load too slowly.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from bot.aloud import Aloud
from bot.app import SlackSide
from bot.engines import utc_now
from bot.questions import Asked
from bot.samples import samples
from bot.settings import Settings, load
from bot.wiring import Office
from retrieval.answers import Answer
from retrieval.ingest import ingest
from retrieval.library import Library
from tests.articles import builtin
from tests.fakes import HashEmbedder

ARTICLES = 4
THINKING = 0.5  # seconds before an answer, so that a kill can come in the middle of one


def slowly(ask: Callable[[Asked, Aloud], Answer]) -> Callable[[Asked, Aloud], Answer]:
    def answer(asked: Asked, aloud: Aloud) -> Answer:
        time.sleep(THINKING)
        return ask(asked, aloud)

    return answer


async def serve(settings: Settings, office: Office, api_url: str, tokens: list[str]) -> None:
    parts = office.parts(settings)
    slow = replace(parts, ask=slowly(parts.ask))
    side = SlackSide(slow, bot_token=tokens[0], app_token=tokens[1], base_url=api_url)
    async with side:
        await asyncio.Event().wait()  # until it is killed


def main(api_url: str, *tokens: str) -> None:
    settings = load()
    library = Library.open(
        settings.url, settings.data_dir, embedder=HashEmbedder(), reader=builtin()
    )
    articles = (sample.article("https://samples.example.com") for sample in samples()[:ARTICLES])
    ingest(articles, library=library, now=utc_now, progress=lambda _: None)
    office = Office.open(settings, library)
    asyncio.run(serve(settings, office, api_url, list(tokens)))


if __name__ == "__main__":
    main(*sys.argv[1:])

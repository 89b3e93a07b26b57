"""A question of the inbox -> what will be posted for it, also when it went wrong. Knows no client.

The one place that turns an error into words for the user.
"""

from dataclasses import replace

from bot.aloud import Aloud
from bot.blocks.answer import answer_blocks, answer_messages, answer_opening
from bot.blocks.book import book_blocks, book_text
from bot.blocks.evidence import evidence_view
from bot.blocks.kit import footer, notification
from bot.blocks.notice import BROKEN, HELP, asked_block, notice_blocks, notice_text
from bot.blocks.paging import paged
from bot.blocks.private import BOOK_FOUND, book_found_blocks, whispered
from bot.mrkdwn import live
from bot.parts import Parts
from bot.questions import Asked, Document, Reply
from jobs.book import layouts
from jobs.book.news import BookNews
from jobs.book.saved import table_text
from jobs.errors import UnreadableTableError
from jobs.models import Block, Rendered
from retrieval.answers import Answer
from retrieval.ask.kind_phrases import asks_of_risk
from retrieval.ask.sharing import is_private, shareable
from retrieval.errors import InputError, SourceError, StoppedError

SUMMARISE = "Summarise this article."
TABLES = (".csv", ".tsv", ".txt")


def reply_to(asked: Asked, notice_id: str, parts: Parts, aloud: Aloud) -> Reply:
    """Answer a question, and draw the answer and the view of its quotes.

    Raises:
        StoppedError: the user does not want it any more.
    """
    if not asked.text:
        return notice(HELP, notice_id)
    if book := next((one for one in asked.documents if is_table(one)), None):
        return book_found(book, asked, notice_id)
    answer = parts.ask(asked, aloud)
    own = _own_news(answer, asked, parts)
    if is_private(answer.question) and not asked.private:
        return whisper(answer, asked, parts, own)
    blocks = with_book(answer, answer_blocks(answer, now=parts.now()), own)
    first, *more = _pages(answer, blocks, asked, own)
    return Reply(
        message=first,
        evidence=evidence_view(answer, _texts(answer, parts)) if answer.citations else None,
        replay_id=answer.replay_id,
        more=tuple(more),
        said=_opening(answer, own),
        rest=_under_lines(answer, tuple(aloud.lines), (first, *more), parts, own),
        cited=answer.citations,
    )


def whisper(answer: Answer, asked: Asked, parts: Parts, own: BookNews | None) -> Reply:
    """Show an answer to its asker alone, with what of it they may show to all."""
    shown = shareable(answer)
    blocks = with_book(answer, answer_blocks(answer, now=parts.now()), own)
    blocks = whispered(blocks, answer.replay_id, can_share=shown is not None)
    first, *more = _pages(answer, blocks, asked, own)
    cited = shown or answer
    return Reply(
        message=first,
        evidence=evidence_view(cited, _texts(cited, parts)) if cited.citations else None,
        replay_id=answer.replay_id,
        more=tuple(more),
        reader=asked.user,
        shareable=answer_messages(shown, now=parts.now()) if shown else (),
    )


def is_table(document: Document) -> bool:
    """Tell a table of tickers and weights from what is to be read."""
    if not document.name.lower().endswith(TABLES):
        return False
    try:
        return layouts.is_table(table_text(document.body))
    except UnreadableTableError:
        return False


def book_found(document: Document, asked: Asked, notice_id: str) -> Reply:
    """Offer the preview of a shared book to who shared it."""
    file = next(one.id for one in asked.files if one.name == document.name)
    blocks = tuple(book_found_blocks(document.name, file, notice_id))
    message = Rendered(notice_text(BOOK_FOUND, notice_id), blocks)
    said = live(BOOK_FOUND)
    reader = None if asked.private else asked.user
    return Reply(message, said=said, rest=blocks, reader=reader)


def _own_news(answer: Answer, asked: Asked, parts: Parts) -> BookNews | None:
    """What the news says of the asker's book, where the question is about that."""
    if answer.question.kind != "portfolio" or not answer.question.holdings or not parts.personal:
        return None
    return parts.personal.own_news(asked.owner, parts.now())


def with_book(
    answer: Answer, blocks: list[Block], own: BookNews | None, *, said: bool = False
) -> list[Block]:
    """Put what the news says of a book before an answer on it; below one that asks for risks.

    What leads may have been `said` above.
    """
    if own is None:
        return blocks
    if not asks_of_risk(answer.question.text):
        return [*book_blocks(own, headed=not said), *blocks]
    close = next((n for n, one in enumerate(blocks) if one["type"] == "actions"), len(blocks) - 1)
    return [*blocks[:close], *book_blocks(own), *blocks[close:]]


def _opening(answer: Answer, own: BookNews | None) -> str:
    """What a stream says first."""
    if own is None or asks_of_risk(answer.question.text):
        return answer_opening(answer)
    return live(book_text(own))


def _pages(
    answer: Answer, blocks: list[Block], asked: Asked, own: BookNews | None
) -> tuple[Rendered, ...]:
    """Draw the messages of an answer; after a command, nothing above says what was asked."""
    *body, _ = blocks
    if not asked.thread_ts:
        body = [asked_block(asked.text), *body]
    texts = [answer.text, *([book_text(own)] if own else [])]
    text = "\n".join(texts if asks_of_risk(answer.question.text) else reversed(texts))
    return paged(notification(text, answer.replay_id), body, answer.replay_id)


def _texts(answer: Answer, parts: Parts) -> dict[tuple[str, int], str]:
    sources = {(c.article_id, c.version) for c in answer.citations}
    return {key: parts.text_of(*key) or "" for key in sources}


def apology(error: BaseException, notice_id: str) -> Reply:
    """Say what went wrong, if the user can do something about it; never the error's own text."""
    if isinstance(error, InputError | SourceError | StoppedError):
        return notice(error.sentence, notice_id)
    return notice(BROKEN, notice_id)


def notice(sentence: str, notice_id: str) -> Reply:
    """Wrap a sentence of ours."""
    blocks = tuple(notice_blocks(sentence, notice_id))
    message = Rendered(notice_text(sentence, notice_id), blocks)
    return Reply(message, said=live(sentence), rest=(footer(notice_id),))


def _under_lines(
    answer: Answer,
    told: tuple[str, ...],
    pages: tuple[Rendered, ...],
    parts: Parts,
    own: BookNews | None,
) -> tuple[Block, ...] | None:
    """Draw what stands under what was streamed; None when that is not all of the answer.

    What a model's lines said, or else the opening, is not said again.
    """
    kept = answer.sentences[: len(answer.sentences) - len(told)]
    if len(pages) > 1 or answer.sentences != (*kept, *told):
        return None
    under = replace(answer, sentences=kept)
    leads = own is not None and not asks_of_risk(answer.question.text)
    blocks = answer_blocks(under, now=parts.now(), headed=bool(told) or leads)
    return tuple(with_book(answer, blocks, own, said=True))

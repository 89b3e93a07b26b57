"""A question of the inbox -> what will be posted for it, also when it went wrong. Knows no client.

The one place that turns an error into words for the user.
"""

from dataclasses import replace

from bot.blocks.answer import answer_blocks, answer_text
from bot.blocks.evidence import evidence_view
from bot.blocks.notice import BROKEN, HELP, asked_block, notice_blocks, notice_text
from bot.blocks.private import BOOK_FOUND, book_found_blocks, whispered
from bot.inbox import Asked, Document, Reply
from bot.parts import Parts
from jobs.models import Rendered
from jobs.portfolio import is_book
from retrieval.answers import Answer
from retrieval.ask.sharing import is_private, shareable
from retrieval.errors import InputError, SourceError

TABLES = (".csv", ".tsv", ".txt")
SUMMARISE = "Summarise this article."


def reply_to(asked: Asked, notice_id: str, parts: Parts) -> Reply:
    """Answer a question, and draw the answer and the view of its quotes."""
    if not asked.text:
        return notice(HELP, notice_id)
    if book := next((one for one in asked.documents if is_table(one)), None):
        return book_found(book, asked, notice_id)
    answer = parts.ask(asked)
    return drawn(answer, asked, parts)


def is_table(document: Document) -> bool:
    """Tell a table of tickers and weights from what is to be read."""
    if not document.name.lower().endswith(TABLES):
        return False
    return is_book(document.body.decode("utf-8-sig", "replace"))


def book_found(document: Document, asked: Asked, notice_id: str) -> Reply:
    """Offer the preview of a shared book to who shared it."""
    file = next(one.id for one in asked.files if one.name == document.name)
    blocks = book_found_blocks(document.name, file, notice_id)
    reader = None if asked.private else asked.user
    return Reply(Rendered(notice_text(BOOK_FOUND, notice_id), tuple(blocks)), reader=reader)


def drawn(answer: Answer, asked: Asked, parts: Parts) -> Reply:
    """Draw an answer; one that tells of what its asker keeps is shown to them alone."""
    message = _message(answer, parts)
    if not asked.thread_ts:  # after a command, nothing above says what was asked
        message = replace(message, blocks=(asked_block(asked.text), *message.blocks))
    reply = Reply(
        message=message,
        evidence=evidence_view(answer, _texts(answer, parts)) if answer.citations else None,
        replay_id=answer.replay_id,
    )
    alone = is_private(answer.question) and not asked.private
    return whisper(reply, answer, asked, parts) if alone else reply


def whisper(reply: Reply, answer: Answer, asked: Asked, parts: Parts) -> Reply:
    """Show a reply to its asker alone, with what of it they may show to all."""
    shown = shareable(answer)
    blocks = whispered(reply.message.blocks, answer.replay_id, can_share=shown is not None)
    return replace(
        reply,
        message=Rendered(reply.message.text, tuple(blocks)),
        evidence=evidence_view(shown, _texts(shown, parts)) if shown else reply.evidence,
        reader=asked.user,
        shareable=_message(shown, parts) if shown else None,
    )


def _message(answer: Answer, parts: Parts) -> Rendered:
    return Rendered(answer_text(answer), tuple(answer_blocks(answer, now=parts.now())))


def _texts(answer: Answer, parts: Parts) -> dict[tuple[str, int], str]:
    sources = {(c.article_id, c.version) for c in answer.citations}
    return {key: parts.text_of(*key) or "" for key in sources}


def apology(error: BaseException, notice_id: str) -> Reply:
    """Say what went wrong, if the user can do something about it; never the error's own text."""
    if isinstance(error, InputError | SourceError):
        return notice(error.sentence, notice_id)
    return notice(BROKEN, notice_id)


def notice(sentence: str, notice_id: str) -> Reply:
    """Wrap a sentence of ours."""
    blocks = tuple(notice_blocks(sentence, notice_id))
    return Reply(Rendered(notice_text(sentence, notice_id), blocks))

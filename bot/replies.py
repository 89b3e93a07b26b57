"""A question of the inbox -> what will be posted for it, also when it went wrong. Knows no client.

The one place that turns an error into words for the user.
"""

from bot.blocks.answer import answer_blocks, answer_text
from bot.blocks.evidence import evidence_view
from bot.blocks.notice import BROKEN, HELP, notice_blocks, notice_text
from bot.inbox import Asked, Reply
from bot.parts import Parts
from jobs.models import Rendered
from retrieval.errors import InputError, SourceError

SUMMARISE = "Summarise this article."


def reply_to(asked: Asked, notice_id: str, parts: Parts) -> Reply:
    """Answer a question, and draw the answer and the view of its quotes."""
    if not asked.text:
        return notice(HELP, notice_id)
    answer = parts.ask(asked)
    sources = {(c.article_id, c.version) for c in answer.citations}
    texts = {key: parts.text_of(*key) or "" for key in sources}
    blocks = tuple(answer_blocks(answer, now=parts.now()))
    return Reply(
        message=Rendered(answer_text(answer), blocks),
        evidence=evidence_view(answer, texts) if answer.citations else None,
        replay_id=answer.replay_id,
    )


def apology(error: BaseException, notice_id: str) -> Reply:
    """Say what went wrong, if the user can do something about it; never the error's own text."""
    if isinstance(error, InputError | SourceError):
        return notice(error.sentence, notice_id)
    return notice(BROKEN, notice_id)


def notice(sentence: str, notice_id: str) -> Reply:
    """Wrap a sentence of ours."""
    blocks = tuple(notice_blocks(sentence, notice_id))
    return Reply(Rendered(notice_text(sentence, notice_id), blocks))

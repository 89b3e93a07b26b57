"""A question of the inbox -> what will be posted for it, also when it went wrong. Knows no client.

The one place that turns an error into words for the user.
"""

from dataclasses import replace

from bot.aloud import Aloud
from bot.blocks.answer import answer_blocks, answer_messages
from bot.blocks.evidence import evidence_view
from bot.blocks.kit import footer
from bot.blocks.notice import BROKEN, HELP, notice_blocks, notice_text
from bot.inbox import Asked, Reply
from bot.mrkdwn import fit, live
from bot.parts import Parts
from jobs.models import Block, Rendered
from retrieval.answers import Answer
from retrieval.errors import InputError, SourceError, StoppedError

SUMMARISE = "Summarise this article."
NEWS, NEWS_ROWS = 300, 2  # what a phone shows of a streamed answer: its first rows


def reply_to(asked: Asked, notice_id: str, parts: Parts, aloud: Aloud) -> Reply:
    """Answer a question, and draw the answer and the view of its quotes.

    Raises:
        StoppedError: the user does not want it any more.
    """
    if not asked.text:
        return notice(HELP, notice_id)
    answer = parts.ask(asked, aloud)
    sources = {(c.article_id, c.version) for c in answer.citations}
    texts = {key: parts.text_of(*key) or "" for key in sources}
    first, *more = answer_messages(answer, now=parts.now())
    return Reply(
        message=first,
        evidence=evidence_view(answer, texts) if answer.citations else None,
        replay_id=answer.replay_id,
        more=tuple(more),
        said=news(answer),
        rest=_under_lines(answer, tuple(aloud.lines), (first, *more), parts),
        cited=answer.citations,
    )


def news(answer: Answer) -> str:
    """Say an answer in so few words that a phone shows them."""
    rows = [row for row in answer.text.splitlines() if row.strip()]
    return live(fit(" · ".join(rows[:NEWS_ROWS]), NEWS))


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
    answer: Answer, told: tuple[str, ...], pages: tuple[Rendered, ...], parts: Parts
) -> tuple[Block, ...] | None:
    """Draw what stands under lines that were streamed; None when they are not all of the answer.

    Without such lines that is the whole message.
    """
    if not told:
        return pages[0].blocks
    kept = answer.sentences[: -len(told)]
    if len(pages) > 1 or answer.sentences != (*kept, *told):
        return None
    return tuple(answer_blocks(replace(answer, sentences=kept), now=parts.now()))

"""Answer -> Block Kit and the words of its notification. Knows no client, no store and no clock.

Every message keeps Slack's limits by construction: each part has its room, links are left out
where they would make the body too long, and quotes are shown while there is room for them. What is
left out is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, groupby, islice

from bot.blocks.citing import Urls, left_out, linked, numbers, quotes
from bot.blocks.figures import answer_figures
from bot.blocks.kit import (
    actions,
    button,
    footer,
    notification,
    section,
    sections,
    thumbs,
)
from bot.blocks.limits import TOTAL_TEXT, Block, total_text
from bot.blocks.lines import line_text
from bot.blocks.paging import paged
from bot.mrkdwn import bold, escape, fit, italic, live, marks
from jobs.models import Rendered
from retrieval.answers import Answer, Citation, Line, Part, TriggerLine
from retrieval.ask.wording import plural, searched_text, tone_text

EVIDENCE, LOSERS, WINNERS = "answer_evidence", "answer_losers", "answer_winners"
ONLY_MINE, EXPORT = "answer_mine", "answer_export"
FEEDBACK, ALERT_ME = "answer_feedback", "answer_alert"

# Characters, escaped and without links. Together with TAIL they stay below TOTAL_TEXT.
HEADLINE, ASSUMPTION, FILTERS = 300, 300, 200
SENTENCES, SAID, NEAREST = 6, 1_600, 400  # sentences share their room: a summary is one
LINES, OTHER_LINES = 3_600, 800
HORIZON = 40
PART_TITLE, PART_SENTENCES, PART_SAID = 200, 5, 400
TRIGGER, TRIGGERS = 150, 6
NOT_THERE = "Not in the sources."
NAMES, NAME = 6, 40  # of an opening
TAIL = 400  # the count of what is left out, the buttons and the footer


def answer_messages(answer: Answer, *, now: datetime) -> tuple[Rendered, ...]:
    """Draw an answer as the messages that carry all of it: one, if it fits."""
    *body, _ = answer_blocks(answer, now=now)
    return paged(answer_text(answer), body, answer.replay_id)


def answer_blocks(answer: Answer, *, now: datetime, headed: bool = True) -> list[Block]:
    """Draw an answer: headline, lines, what speaks against it, quotes, buttons, footer.

    They may be too much for one message. Not `headed` they stand under `answer_opening`.
    """
    cites = answer.citations
    drawn = answer if headed else replace(answer, headline="", sentences=())
    body = linked(cites, lambda urls: _draft(drawn, now, urls))
    body += _fitting(answer_figures(answer), TOTAL_TEXT - TAIL - total_text(body))
    room = TOTAL_TEXT - TAIL - total_text(body)
    shown = quotes(cites, room, lambda c: f", {age(c.published_at, now)}")
    rest = left_out(cites, shown, " in Evidence")
    thumbed = thumbs(FEEDBACK, answer.replay_id)
    return [*body, *shown, *rest, *_buttons(answer), thumbed, footer(answer.replay_id)]


def answer_opening(answer: Answer) -> str:
    """Write the headline and the words of an answer as a stream's Markdown: a phone's news of it.

    Where the news are names, the first of them stand there.
    """
    refused = answer.status == "not_in_sources"
    headline = NOT_THERE if refused else fit(answer.headline, HEADLINE)
    said = [live(fit(sentence, _sentence_room(answer))) for sentence in _told(answer)]
    signs = [f"{n.sentiment.arrow} {live(fit(n.target.id, NAME))}" for n in answer.lines[:NAMES]]
    return "\n\n".join([f"**{live(headline)}**", *(said or [" · ".join(signs)])]).strip()


def _fitting(figures: Sequence[Block], room: int) -> list[Block]:
    """Keep figures while there is room: what they show stands in the lines too."""
    sizes = accumulate(total_text([figure]) for figure in figures)
    return [figure for figure, size in zip(figures, sizes, strict=True) if size <= room]


def answer_text(answer: Answer) -> str:
    """Write the answer for notifications and screen readers, which show only this."""
    return notification(answer.text, answer.replay_id)


def age(published_at: datetime | None, now: datetime) -> str:
    """Say how old something is; "undated" stays undated."""
    if published_at is None:
        return "undated"
    minutes = int((now - published_at) / timedelta(minutes=1))
    if not 0 <= minutes < 14 * 24 * 60:
        return f"{published_at.day} {published_at:%b %Y}"
    if minutes < 120:  # noqa: PLR2004  two hours are told in minutes
        return f"{minutes} min old"
    hours = minutes // 60
    return f"{hours} h old" if hours < 48 else f"{hours // 24} days old"  # noqa: PLR2004


def _draft(answer: Answer, now: datetime, urls: Urls) -> list[Block]:
    if answer.status == "not_in_sources":
        return [*_refusal(answer, now, urls)]
    named = [line for line in answer.lines if line.origin == "source"]
    inferred = [line for line in answer.lines if line.origin == "inferred"]
    return [
        *sections(_head(answer, now)),
        *sections(_sentences(answer, urls)),
        *sections(_rows(named, LINES, urls, cut=answer.cut if answer.lines else 0)),
        *_parts(answer, named, urls),
        *_under("Inferred, not in the source:", inferred, urls),
        *_under("On the other side:", answer.other_side, urls),
        *sections(_would_change(answer.triggers, urls)),
        *_shortfall(answer, now, urls),
    ]


def _head(answer: Answer, now: datetime) -> list[str]:
    count = len({citation.article_id for citation in answer.citations})
    parts = [bold(fit(answer.headline, HEADLINE))] if answer.headline else []
    if count:
        parts += [plural(count, "article"), _freshness(answer.citations, now)]
    if answer.tone:
        parts.append(tone_text(answer.tone))
    return [" · ".join(parts), *_taken(answer)]


def _taken(answer: Answer) -> list[str]:
    """What the question was taken to be about, and the filters that were applied."""
    taken = [italic(fit(answer.assumption, ASSUMPTION))] if answer.assumption else []
    filters = [italic(fit(f"Filters: {answer.filters}", FILTERS))] if answer.filters else []
    return [*taken, *filters]


def _freshness(citations: Iterable[Citation], now: datetime) -> str:
    dates = {citation.published_at for citation in citations}
    newest = max((date for date in dates if date), default=None)
    if newest is None or len(dates) == 1:
        return age(newest, now)
    return f"newest {age(newest, now)}{', some undated' if None in dates else ''}"


def _sentences(answer: Answer, urls: Urls) -> list[str]:
    room = _sentence_room(answer)
    return [marks(fit(sentence, room), urls) for sentence in _told(answer)]


def _told(answer: Answer) -> Sequence[str]:
    return answer.sentences[:SENTENCES]


def _sentence_room(answer: Answer) -> int:
    """Sentences share their room."""
    return SAID // max(1, len(_told(answer)))


def _rows(lines: Sequence[Line], room: int, urls: Urls, *, cut: int = 0) -> list[str]:
    """Write lines while there is room for their words; `cut` of them were left out before."""
    sizes = accumulate(len(line_text(line, {})) + 1 for line in lines)
    kept = sum(size <= room for size in sizes)
    left = len(lines) - kept + cut
    return [*(line_text(n, urls) for n in lines[:kept]), *([f"… and {left} more"] if left else [])]


def _parts(answer: Answer, rows: Sequence[Line], urls: Urls) -> list[Block]:
    """Draw each part under its heading, in the room that the lines have left."""
    room = LINES - sum(len(line_text(line, {})) + 1 for line in rows)
    drawn = [_part(part, urls) for part in answer.parts]
    sizes = accumulate(len("".join(_part(part, {}))) + len(part.sentences) for part in answer.parts)
    kept = sum(size <= room for size in sizes)
    left = len(drawn) - kept + (0 if answer.lines else answer.cut)
    more = [[f"… and {left} more"]] if left else []
    texts = ("\n".join(filter(None, lines)) for lines in (*drawn[:kept], *more))
    return [section(text) for text in texts if text]


def _part(part: Part, urls: Urls) -> list[str]:
    shown = part.sentences[:PART_SENTENCES]
    return [bold(fit(part.title, PART_TITLE)), *(marks(fit(s, PART_SAID), urls) for s in shown)]


def _under(title: str, lines: Sequence[Line], urls: Urls) -> list[Block]:
    return sections([italic(title), *_rows(lines, OTHER_LINES, urls)]) if lines else []


def _would_change(triggers: Iterable[TriggerLine], urls: Urls) -> list[str]:
    """Group triggers by the horizon that their own clause names."""
    ordered = sorted(islice(triggers, TRIGGERS), key=lambda t: t.horizon or "")
    return [
        f"{bold(f'Would change the view{_within(horizon)}:')} "
        + " · ".join(f"{escape(fit(t.text, TRIGGER))} {numbers(t.citations, urls)}" for t in group)
        for horizon, group in groupby(ordered, key=lambda t: t.horizon)
    ]


def _within(horizon: str | None) -> str:
    return f" ({fit(horizon, HORIZON)})" if horizon else ""


def _refusal(answer: Answer, now: datetime, urls: Urls) -> list[Block]:
    said = [*_sentences(answer, urls), *_looked(answer, now, urls)]
    told = " ".join([*([bold(NOT_THERE)] if answer.headline else []), *said])
    return sections([told, *_taken(answer)])


def _shortfall(answer: Answer, now: datetime, urls: Urls) -> list[Block]:
    return [section(" ".join(_looked(answer, now, urls)))] if answer.status == "partial" else []


def _looked(answer: Answer, now: datetime, urls: Urls) -> list[str]:
    """The nearest miss, and what was searched."""
    near = answer.nearest
    told = []
    if near:
        said = escape(fit(near.text, NEAREST))
        told.append(f"Nearest: {said} {numbers(near.citations, urls)}.")
    return [*told, searched_text(answer.searched, lambda newest: age(newest, now))]


def _buttons(answer: Answer) -> list[Block]:
    row = [button("Evidence", EVIDENCE, answer.replay_id)] if answer.citations else []
    if answer.status != "not_in_sources" and answer.question.kind == "benefit":
        row.append(button("Losers", LOSERS, answer.replay_id))
    if answer.status != "not_in_sources" and answer.question.kind == "hurt":
        row.append(button("Winners", WINNERS, answer.replay_id))
    if answer.lines and answer.question.filters.mine is None and not answer.question.holdings:
        row.append(button("Only mine", ONLY_MINE, answer.replay_id))
        row.append(button("Export", EXPORT, answer.replay_id))
    if answer.status != "not_in_sources" and (name := _first_ticker(answer)):
        row.append(button("Alert me", ALERT_ME, name))
    return actions(*row)


def _first_ticker(answer: Answer) -> str | None:
    """Name the first ticker of an answer, else the first that it was asked about."""
    shown = (line.target.id for line in answer.lines if line.target.kind == "ticker")
    return next((one for one in (*shown, *answer.question.tickers) if 0 < len(one) <= NAME), None)

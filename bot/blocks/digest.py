"""Digest -> the message of a brief and those of its thread. Knows no client, store or clock.

Like an answer it keeps Slack's limits by construction: lines have their caps, links are left out
where they would make the body too long. A number without a link shows its quote; the others open
theirs, and the thread has them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.blocks.citing import Urls, left_out, linked, numbers, quotes
from bot.blocks.figures import chart_block
from bot.blocks.forms import modal
from bot.blocks.kit import actions, button, context, footer, menu, notification, sections
from bot.blocks.limits import TOTAL_TEXT, Block, total_text, view_problems
from bot.blocks.lines import TICKER, line_text
from bot.mrkdwn import at_quote, bold, escape, fit, italic, link, safe_url
from jobs.charts import Chart, gapless, spans_text
from jobs.digest import Digest, DigestLine, NoteLine, Section, StoryLine, brief_text, story_text
from jobs.digest.room import WHOLE
from jobs.digest.wording import MARKS, beside, quiet_text, story_parts, usual
from jobs.models import Rendered
from jobs.zones import day_of
from retrieval.answers import Citation
from retrieval.models import digest_of

# Characters, escaped and without links: with TAIL they stay below TOTAL_TEXT.
TITLE, WINDOW, NOTE, LEAD = 150, 400, 300, 60
OPEN_ALL, MY_BOOK = "digest_open_all", "digest_my_book"
MUTE, UNMUTE = "digest_mute", "digest_unmute"
MUTED, SHOWN = "mute:", "show:"
CHART_WORDS = 500
TAIL = 900  # the words of the chart, the buttons, the count of what is left out, the footer
MOST_LINES = 12  # of the sections of a message; a brief that keeps its own limit has fewer
MOST_MUTES = 5  # options of a menu


def digest_message(digest: Digest) -> Rendered:
    """Render a brief as it will be posted; what found no room in it is behind a button."""
    *body, close = digest_blocks(digest)
    row = actions(*_buttons(digest)) if digest.sections else []
    return Rendered(digest_text(digest), (*body, *_chart(digest), *row, close))


def thread_messages(digest: Digest) -> tuple[Rendered, ...]:
    """Render the stories of a brief, each for itself, as they stand under it."""
    return tuple(map(story_message, digest.stories))


def story_message(story: StoryLine) -> Rendered:
    """Render one story: what it is, what it does to whom, and the words that say so."""
    text, number = story_text(story), f"s-{digest_of(story.story_id)[:8]}"
    body = linked(story.citations, lambda urls: sections(_story(story, urls)))
    shown = quotes(story.citations, TOTAL_TEXT - TAIL - total_text(body), lambda _: "")
    blocks = (*body, *shown, *left_out(story.citations, shown), footer(number))
    return Rendered(notification(text, number), blocks)


def own_message(digest: Digest | None) -> Rendered:
    """Render what a brief's window says of somebody's own names, for them alone."""
    if digest is None:
        return _notice("This brief is no longer kept.")
    alone = context("Only you see this: it is about names that you keep with Tape.")
    *body, close = digest_blocks(digest)
    return Rendered(digest_text(digest), (*body, alone, close))


def muted_message(ticker: str, until: date) -> Rendered:
    """Say until when a name is not shown, with the way back."""
    told = f"{ticker} is muted in the briefs here until {day_of(until)}; they count it."
    undo = actions(button("Undo", UNMUTE, ticker))
    return _notice(told, undo)


def shown_message(ticker: str) -> Rendered:
    """Say that a name is shown again."""
    return _notice(f"{ticker} is shown again from the next brief here on.")


def _notice(sentence: str, more: Sequence[Block] = ()) -> Rendered:
    number = f"n-{digest_of(sentence)[:8]}"
    blocks = (*sections([escape(fit(sentence, NOTE))]), *more, footer(number))
    return Rendered(notification(sentence, number), blocks)


def whole_view(digest: Digest) -> Block:
    """Draw every line of a brief, for who asks for them; without links where they are too long."""
    deep = {c.n: at_quote(c.url, c.quote.text) for c in digest.citations}
    view = _whole(digest, deep)
    return view if not view_problems(view) else _whole(digest, dict.fromkeys(deep))


def digest_blocks(digest: Digest) -> list[Block]:
    """Draw a brief where no chart may stand: title and window, sections, footer."""
    body = linked(digest.citations, lambda urls: _draft(digest, urls, MOST_LINES))
    bare = [c for c in digest.citations if not safe_url(c.url)]
    shown = _quotes(bare, body)
    return [*body, *shown, *left_out(bare, shown), footer(id_of(digest))]


def digest_text(digest: Digest) -> str:
    """Write the brief for notifications and screen readers, which show only this."""
    chart = f"\n{_chart_words(digest)}" if digest.chart else ""
    return notification(brief_text(digest) + chart, id_of(digest))


def id_of(digest: Digest) -> str:
    """Name a brief by what it says."""
    return f"d-{digest_of(brief_text(digest))[:8]}"


def _whole(digest: Digest, urls: Urls) -> Block:
    blocks = [*_draft(digest, urls, WHOLE), footer(id_of(digest))]
    return modal(OPEN_ALL, "The whole brief", blocks)


def _draft(digest: Digest, urls: Urls, most: int) -> list[Block]:
    head = [bold(fit(digest.title, TITLE)), escape(fit(digest.window, WINDOW))]
    drawn = [block for part in _kept(digest.sections, most) for block in _section(part, urls)]
    return [*sections(head), *drawn, *sections([italic(fit(digest.cut or "", NOTE))])]


def _kept(parts: Sequence[Section], most: int) -> Iterator[Section]:
    """Keep as many lines as one message may have, whatever a brief holds."""
    for part in parts:
        yield Section(part.kind, part.heading, part.lines[:most], part.quiet)
        most -= min(most, len(part.lines))


def _section(part: Section, urls: Urls) -> list[Block]:
    shown = [_line(line, urls) for line in part.lines]
    shown += [escape(quiet_text(part))] if part.quiet else []
    return sections([bold(fit(part.heading, LEAD)), *shown]) if shown else []


def _line(line: DigestLine | NoteLine, urls: Urls) -> str:
    if isinstance(line, NoteLine):
        parts = [escape(fit(line.lead, LEAD)), escape(fit(line.text, NOTE))]
        return " · ".join([*filter(None, parts), *filter(None, [numbers(line.citations, urls)])])
    own = line_text(line.line, urls, figures=True, usual=usual(line))
    parts = [own, *map(escape, beside(line))]
    parts += [f"contrary {numbers(line.contrary, urls)}"] if line.contrary else []
    return MARKS.get(line.state, "") + " · ".join(parts)


def _story(story: StoryLine, urls: Urls) -> list[str]:
    title = link(story.url, fit(story.title or "untitled", TITLE))
    lines = [line_text(line, urls, figures=True) for line in story.lines]
    none = [] if lines else ["It takes no side on a company or a group."]
    said = escape(" · ".join(story_parts(story)))
    return [f"*{title}*", said, *lines, *none]


def _quotes(cited: Sequence[Citation], body: list[Block]) -> list[Block]:
    return quotes(cited, TOTAL_TEXT - TAIL - total_text(body), lambda _: "")


def _chart(digest: Digest) -> list[Block]:
    """Draw what has no gap, and say all of it in words."""
    if digest.chart is None:
        return []
    whole = gapless(digest.chart)
    drawn = [chart_block(replace(whole, title=_days_of(whole)))] if whole else []
    return [*drawn, context(escape(fit(_chart_words(digest), CHART_WORDS)))]


def _days_of(chart: Chart) -> str:
    return f"Sentiment, {chart.categories[0]} to {chart.categories[-1]}"


def _chart_words(digest: Digest) -> str:
    assert digest.chart
    return f"{digest.chart.title}: {spans_text(digest.chart)}."


def _buttons(digest: Digest) -> list[Block]:
    number = id_of(digest)
    row = [button("Open all", OPEN_ALL, number)]
    row += [] if digest.private else [button("My book (only me)", MY_BOOK, number)]
    return [*row, *_mutes(digest)]


def _mutes(digest: Digest) -> list[Block]:
    """A menu to mute the names of a brief where it stands, and to see muted ones again."""
    tickers = (n.line.target.id for n in digest.lines if n.line.target.kind == "ticker")
    names = [ticker for ticker in tickers if 0 < len(ticker) <= TICKER]
    muted = [name for name in dict.fromkeys(digest.muted) if 0 < len(name) <= TICKER]
    shown = [(f"Show {name} again", SHOWN + name) for name in muted]
    offered = [(f"Mute {name} for 7 days here", MUTED + name) for name in dict.fromkeys(names)]
    room = MOST_MUTES - min(len(shown), MOST_MUTES - 2)
    listed = [*shown[: MOST_MUTES - 2], *offered[:room]]
    return [menu(MUTE, listed)] if listed else []

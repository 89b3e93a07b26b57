"""What the news says of somebody's book -> what they alone see of it. Knows no client and no store.

Tickers, numbers and titles stand in it; a title links to the stored address of its article.
"""

from collections.abc import Sequence

from bot.blocks.figures import apart, chart_block, heat_block
from bot.blocks.forms import modal
from bot.blocks.kit import DISCLAIMER, context, sections
from bot.blocks.limits import Block
from bot.mrkdwn import bold, escape, fit, link
from jobs.book import words as exposure_text
from jobs.book.charts import contributions_chart, heat_chart, history_chart
from jobs.book.closes import move_text
from jobs.book.exposure import Contribution, Exposure, Hanging
from jobs.book.news import BookNews

SEE_BOOK, BOOK_NEWS = "home_see_book", "book_news"
FEW, TOP, MOST = 3, 5, 60
MUCH = 0.3  # of what moves a book on one story: worth a line unasked
TITLE = "The news on your book"


def book_text(news: BookNews) -> str:
    """The same in a sentence, for phones and screen readers."""
    return f"{TITLE}: {exposure_text.headline(news.now)}."


def book_blocks(news: BookNews, *, few: bool = False, headed: bool = True) -> list[Block]:
    """What moves a book, what hangs on one story, its themes and what has no news; its charts.

    `few` shows what finds room on a home: the net, the strongest names, the bars. Not `headed` it
    stands under `book_text`.
    """
    most = FEW if few else TOP
    rows = [bold(TITLE), escape(f"{exposure_text.headline(news.now)}.")] if headed else []
    rows += _side("Good for it", news.now.winners, news, most)
    rows += _side("Bad for it", news.now.losers, news, most)
    if not few:
        rows += _stories(news, news.now.stories[:FEW])
        rows += _themes(news.now)
        rows.append(escape(exposure_text.silent(news.now) or ""))
    return [*sections(rows), *book_figures(news, few=few)]


def book_figures(news: BookNews, *, few: bool = False) -> list[Block]:
    """Its charts, of which Slack takes two in a message, and its themes as a table."""
    charts = (contributions_chart(news), history_chart(news))
    told = [chart.whole() for chart in charts if chart]
    drawn = [chart_block(chart) for chart in told if apart(chart.categories)]
    heat = None if few else heat_chart(news)
    return [*drawn, *([heat_block(heat)] if heat else [])]


def book_news_view(news: BookNews, external: str | None = None) -> Block:
    """All names of a book and what each adds, for its owner; modals take no charts."""
    told = [c for c in news.now.contributions if c.said]
    rows = [_added(one, news) for one in told[:MOST]]
    more = len(told) - MOST
    head = [bold(f"{exposure_text.headline(news.now)}."), escape(exposure_text.counted(news.now))]
    rest = [*_stories(news, news.now.stories[:TOP]), *_themes(news.now)]
    rest.append(escape(exposure_text.silent(news.now) or ""))
    blocks = [*sections(head), *sections([*rows, f"… and {more} more" if more > 0 else ""])]
    close = context(f"{DISCLAIMER} · only you see this")
    return modal(BOOK_NEWS, "My book", [*blocks, *sections(rest), close], external=external)


def _side(title: str, names: Sequence[Contribution], news: BookNews, most: int) -> list[str]:
    if not names:
        return []
    more = len(names) - most
    rest = [f"… and {more} more"] if more > 0 else []
    return [bold(f"{title}:"), *(_added(one, news) for one in names[:most]), *rest]


def _added(one: Contribution, news: BookNews) -> str:
    move = news.moves.get(one.ticker)
    moved = f" · {move_text(move, one.said.score)}" if move and one.said else ""
    return f"{bold(fit(one.ticker, 24))} {escape(exposure_text.added(one) + moved)}"


def _stories(news: BookNews, stories: Sequence[Hanging]) -> list[str]:
    shown = [one for one in stories if one.share >= MUCH]
    return [f"{escape(exposure_text.hangs(one))}: {_titled(one, news)}" for one in shown]


def _titled(one: Hanging, news: BookNews) -> str:
    title = link(one.head.url, fit(exposure_text.title_of(one), 120))
    move = news.story_moves.get(one.head.article_id)
    if move is None or move == news.moves.get(one.tickers[0]):
        return title
    return f"{title} {escape(f'· {one.tickers[0]} {move_text(move, _said_of(one, news))}')}"


def _said_of(one: Hanging, news: BookNews) -> float:
    """What the news says of the name that a story moves most."""
    found = next(c for c in news.now.contributions if c.ticker == one.tickers[0])
    return found.said.score if found.said else 0.0


def _themes(exposure: Exposure) -> list[str]:
    themes = [exposure_text.themed(one) for one in exposure.themes[:FEW]]
    return [f"{bold('Themes:')} {escape(' · '.join(themes))}"] if themes else []

"""What people and channels keep -> the modals in which they change it. Knows no store, no client.

Each view's callback is what its listener is registered for.
"""

from collections.abc import Mapping, Sequence

from bot.blocks.forms import choice, modal, text_input
from bot.blocks.kit import section, sections
from bot.blocks.limits import PRIVATE_METADATA, Block
from bot.manners import ChannelSettings
from bot.mrkdwn import bold, escape, fit, italic
from jobs.book.preview import Preview, sums_of
from jobs.models import MOST_WATCHED, Book
from retrieval.answers import Holding
from retrieval.ask.wording import plural

WATCHLIST, BOOK, BOOK_KEPT = "watchlist_form", "book_form", "book_keep"
SETTINGS, FORGET, NOTICE = "settings_form", "forget_form", "notice"

NAMES, TABLE = "names", "table"
FOLLOW_UPS, LINKS = "follow_ups", "links"

LONGEST_LIST = 2_900
LONGEST_TABLE = 2_900  # with its mark it has to fit into the preview's private_metadata
PASTED, FILE = "pasted:", "file:"
MOST_POSITIONS, MOST_NAMED = 40, 20
LINK_WORDS = {
    "off": "Never read links here",
    "mention": "Read a link when Tape is asked about it",
    "always": "Read every link and answer once in its thread",
}


def watchlist_view(tickers: Sequence[str]) -> Block:
    """The form of someone's watchlist, with what is on it."""
    names = text_input(
        NAMES,
        "Tickers or company names",
        hint=f"Separated by commas or lines, at most {MOST_WATCHED}. Only you see your list.",
        initial=", ".join(tickers),
        lines=True,
        most=LONGEST_LIST,
    )
    return modal(WATCHLIST, "My watchlist", [{**names, "optional": True}], submit="Save")


def unknown_names(unknown: Sequence[str]) -> str:
    """Say at the field which of the typed names are no ticker."""
    named = ", ".join(f"“{fit(name, 40)}”" for name in unknown[:MOST_NAMED])
    more = len(unknown) - MOST_NAMED
    return (
        f"No listed company that Tape knows: {named}{f' and {more} more' if more > 0 else ''}."
        " Private companies have no ticker. Correct them or take them out."
    )


def book_view(book: Book | None) -> Block:
    """The form into which a book is pasted."""
    kept = "You have not given a book yet."
    if book:
        positions = plural(len(book.holdings), "position")
        day = f"{book.saved_at.day} {book.saved_at:%b %Y}"
        kept = (
            f"Your book of {day} has {positions}. A new one takes its place; this one stays for its"
            " history until you delete your book."
        )
    table = text_input(
        TABLE,
        "A table of positions, or lines ticker,weight",
        hint="Weights, market values, or quantities with prices, in one currency; below zero for a"
        " short. A longer table: send it to Tape as a CSV file in a direct message.",
        lines=True,
        most=LONGEST_TABLE,
    )
    private = "Your book is private: only you see it, and answers about it."
    return modal(BOOK, "My book", [*sections([kept, private]), table], submit="Preview")


def book_preview_view(preview: Preview, source: str) -> Block:
    """What would be kept; `source` says where to read it again (see PASTED and FILE)."""
    assert len(source) <= PRIVATE_METADATA
    held = sorted(preview.holdings, key=lambda one: -abs(one.weight))
    more = len(held) - MOST_POSITIONS
    rows = [_position(one, preview.names) for one in held[:MOST_POSITIONS]]
    rows += [f"… and {more} more"] if more > 0 else []
    head = [
        bold(plural(len(held), "position")),
        escape(fit(sums_of(preview), 300)),
        *_named("In no company table, so no article is found for them", _nearest(preview)),
        *_named("Taken as cash", preview.cash),
        *(escape(fit(note, 400)) for note in preview.notes[:MOST_NAMED]),
        *_read(preview),
    ]
    blocks = [*sections(head), *sections(rows)]
    return modal(BOOK_KEPT, "Keep this book?", blocks, submit="Keep", metadata=source)


def settings_view(channel: str, settings: ChannelSettings) -> Block:
    """The form of what a channel wants."""
    blocks = [
        section(f"How Tape behaves in <#{escape(channel)}>."),
        choice(
            FOLLOW_UPS,
            "Replies in a thread that Tape answered in",
            {"on": "Are questions, also without a mention", "off": "Need a mention"},
            initial="on" if settings.follow_ups else "off",
        ),
        choice(LINKS, "Links that people post", LINK_WORDS, initial=settings.links),
    ]
    return modal(SETTINGS, "Channel settings", blocks, submit="Save", metadata=channel)


def forget_view() -> Block:
    """Ask before all that someone keeps is forgotten."""
    told = [
        (
            "This deletes your watchlist, your book, your own digest and alerts, your verdicts, and"
            " your questions with their answers from Tape's memory."
        ),
        (
            "It does not delete messages in Slack: they are yours to delete. The audit keeps the"
            " words of questions and of answers that used no book, without your name."
        ),
    ]
    return modal(FORGET, "Delete my data", sections(told), submit="Delete")


def notice_view(title: str, sentence: str, external: str | None = None) -> Block:
    """A sentence of ours in a modal."""
    return modal(NOTICE, title, [section(escape(fit(sentence, 2_000)))], external=external)


def _position(one: Holding, names: Mapping[str, str]) -> str:
    side = " short" if one.weight < 0 else ""
    name = f" {escape(fit(names[one.ticker], 40))}" if one.ticker in names else ""
    return f"{bold(fit(one.ticker, 24))}{name} · {abs(one.weight):.2%}{side}"


def _nearest(preview: Preview) -> list[str]:
    """The unknown symbols, each with the ticker that its name means where that is sure."""
    near = preview.nearest
    return [f"{one} (did you mean {near[one]}?)" if one in near else one for one in preview.unknown]


def _read(preview: Preview) -> list[str]:
    """Which columns were read as what, and how many rows as nothing."""
    said = [f"{role} from “{fit(name, 40)}”" for role, name in preview.columns]
    told = [f"Read: {', '.join(said)}."] if said else []
    if preview.ignored:
        rows = plural(preview.ignored, "row")
        told.append(f"{rows} of headings, totals or notes left out.")
    return [italic(one) for one in told]


def _named(what: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(escape(fit(name, 50)) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return [f"{what}: {shown}{f' and {more} more' if more > 0 else ''}."]

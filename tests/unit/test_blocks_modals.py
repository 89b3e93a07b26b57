"""Every form is within Slack's limits whatever people keep, and nothing in it is live."""

import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import forms, modals
from bot.blocks.limits import Block, view_problems
from bot.blocks.private import SHARE, kept_private, whispered
from bot.blocks.unfurl import card
from bot.manners import LINKS, ChannelSettings
from jobs.book.preview import Preview
from jobs.models import Book
from retrieval.answers import Holding
from retrieval.models import Sentiment, TickerSentiment
from tests.nouns import head

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
LIVE = re.compile(r"<(?!#C1>)[@!#h]")
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["<!channel>", "<@U1>", "<https://evil.example|x>", "*_`~", "&lt;!here&gt;"]),
)


def mrkdwn_in(node: object) -> str:
    """All text of a view that Slack reads as markup."""
    if isinstance(node, dict):
        own = [str(node["text"])] if node.get("type") == "mrkdwn" else []
        return "\n".join([*own, *map(mrkdwn_in, node.values())])
    return "\n".join(map(mrkdwn_in, node)) if isinstance(node, list | tuple) else ""


def sound(view: Block) -> Block:
    assert view_problems(view) == ()
    assert not LIVE.search(mrkdwn_in(view))
    return view


@settings(max_examples=60, deadline=None)
@given(names=st.lists(HOSTILE, max_size=250), count=st.integers(0, 300))
def test_any_list_and_any_book_has_a_sound_form(names: list[str], count: int) -> None:
    sound(modals.watchlist_view(names))
    held = tuple(Holding(f"T{n}", (-1) ** n * 0.01) for n in range(count))
    sound(modals.book_view(Book(held, NOW) if held else None))
    unknown = tuple(name for name in names if name)
    preview = Preview(held, unknown, ("CASH",) if count else (), 0.5, 0.5)
    sound(modals.book_preview_view(preview, modals.PASTED + "x" * modals.LONGEST_TABLE))
    assert not LIVE.search(modals.unknown_names(unknown).replace("<", "&lt;"))


@given(
    links=st.sampled_from(LINKS),
    follow_ups=st.booleans(),
)
def test_what_is_chosen_is_what_is_drawn(*, links: str, follow_ups: bool) -> None:
    wanted = ChannelSettings(follow_ups, links)  # type: ignore[arg-type]
    view = str(sound(modals.settings_view("C1", wanted)))
    assert modals.LINK_WORDS[links] in view


def test_deleting_says_what_goes_and_what_stays() -> None:
    told = mrkdwn_in(sound(modals.forget_view()))
    for word in ("watchlist", "book", "digest", "questions", "messages in Slack", "audit"):
        assert word in told


def test_what_was_filled_in_is_read_back_by_its_name() -> None:
    values = {
        "a": {"a": {"type": "plain_text_input", "value": None}},
        "b": {"b": {"type": "timepicker", "selected_time": "07:00"}},
        "c": {"c": {"type": "radio_buttons", "selected_option": {"value": "on"}}},
        "d": {"d": {"type": "checkboxes", "selected_options": [{"value": "mon"}]}},
        "e": {"e": {"type": "conversations_select", "selected_conversation": None}},
    }
    assert forms.typed(values, "a") == ""
    assert forms.timed(values, "b") == "07:00"
    assert forms.chosen(values, "c") == "on"
    assert forms.all_chosen(values, "d") == ("mon",)
    assert forms.placed(values, "e") is None
    assert forms.placed(values, "nothing") is None


def test_a_whispered_answer_keeps_its_evidence_and_gets_its_choice() -> None:
    blocks: list[Block] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "answer_evidence"},
                {"type": "button", "action_id": "answer_losers"},
            ],
        },
        {"type": "context_actions", "elements": []},
        {"type": "context", "elements": []},
    ]
    drawn = whispered(blocks, "a-1", can_share=True)
    assert SHARE in str(drawn)
    assert "answer_evidence" in str(drawn)
    assert "answer_losers" not in str(drawn)
    kept = str(kept_private(drawn))
    assert "answer_evidence" in kept
    assert SHARE not in kept
    assert SHARE not in str(whispered(blocks, "a-1", can_share=False))


@settings(max_examples=60, deadline=None)
@given(
    title=HOSTILE,
    source=st.one_of(st.none(), HOSTILE),
    names=st.lists(HOSTILE.filter(bool), max_size=20),
    url=st.sampled_from(["https://a.example/x?a=1&b=2", "javascript:alert(1)", None]),
)
def test_a_card_links_to_its_own_article_only(
    title: str, source: str | None, names: list[str], url: str | None
) -> None:
    told = [TickerSentiment(name, name, Sentiment(0.5), 0.5) for name in names]
    drawn = card(head("a1", title=title, source=source, url=url), told, now=NOW)
    links = re.findall(r"<(\S+?)\|", mrkdwn_in(drawn))
    assert links in ([], ["https://a.example/x?a=1&amp;b=2"])
    assert not re.search(r"<[@!#]", mrkdwn_in(drawn))

"""The brief of a window: what is said, in which order, against what its reader knows."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from jobs.digest import Digest, News, NoteLine, Reader, Window, brief_text, build, build_wrap
from jobs.digest.models import Section
from jobs.digest.room import MAX_LINES, WHOLE
from retrieval.models import Claim
from tests import nouns
from tests.briefs import (
    FIRST,
    FRIDAY,
    SINCE,
    UNTIL,
    WINDOW,
    full_brief,
    full_news,
    news,
    story,
    told,
    wrap,
)
from tests.nouns import claim, head


def part(digest: Digest, kind: str) -> Section | None:
    return next((one for one in digest.sections if one.kind == kind), None)


def names(digest: Digest, kind: str | None = None) -> list[str]:
    found = [one for one in digest.sections if kind in (None, one.kind)]
    return [n.line.target.id for one in found for n in one.lines if not isinstance(n, NoteLine)]


def notes(digest: Digest, kind: str) -> list[str]:
    found = part(digest, kind)
    return [f"{n.lead}|{n.text}" for n in found.lines if isinstance(n, NoteLine)] if found else []


def test_a_full_day_reads_like_this() -> None:
    assert brief_text(full_brief()) == snapshot("""\
Pre-open brief · Fri 27 Nov 2026
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
Names: 🆕 ▲ AMZN Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” [1][2][3] · +3 outlets
🆕 ▲ MU Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” [4][5]
🆕 ▼ ROKU Roku · negative -0.60 · “ROKU is at -0.6 after a ruling.” [6]
🆕 ▼ FDX Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” [7] · late, of 16 Nov
🆕 ▼ small hosts · negative -0.50 · no ticker named in the source · “small hosts is at -0.5 after barrels.” [8]
Themes: ▲ more · memory chip makers: 2 stories (before: 1 a brief) [4]
Contrary to the last brief: 🔁 ▼ NVDA Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” [9][10] · reversal vs Wed (+0.31) · +1 outlet
🔁 ▲ DAL Dal · positive +0.50 · “DAL is at +0.5 after barrels.” [11] · reversal vs Wed (-0.40)
Ahead: Dec 2026 · “An earlier restart in December would undo the move” [12]\
""")  # noqa: E501  as the reader gets it


def test_a_private_brief_has_its_readers_names_first_and_their_book_after_them() -> None:
    digest = full_brief(
        watch=("AMZN", "MU", "V"), book=("NVDA", "FDX", "KO"), private=True, muted={"ROKU": FRIDAY}
    )
    assert brief_text(digest) == snapshot("""\
Pre-open brief · Fri 27 Nov 2026
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
Watchlist: 🆕 ▲ AMZN Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” [1][2][3] · +3 outlets
🆕 ▲ MU Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” [4][5]
1 name nothing new
My book: 🔁 ▼ NVDA Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” [6][7] · reversal vs Wed (+0.31) · +1 outlet
🆕 ▼ FDX Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” [8] · late, of 16 Nov
1 name nothing new
Names: 🆕 ▼ small hosts · negative -0.50 · no ticker named in the source · “small hosts is at -0.5 after barrels.” [9]
Themes: ▲ more · memory chip makers: 2 stories (before: 1 a brief) [4]
Contrary to the last brief: 🔁 ▲ DAL Dal · positive +0.50 · “DAL is at +0.5 after barrels.” [10] · reversal vs Wed (-0.40)
muted: ROKU until Fri 27 Nov\
""")  # noqa: E501  as the reader gets it


def test_a_quiet_day_is_one_line() -> None:
    quiet = build(News((), ()), WINDOW)
    assert brief_text(quiet) == snapshot("""\
Pre-open brief · Fri 27 Nov 2026
since Wed 08:45 ET: nothing new\
""")
    own = build(news(heads=(head("a"),)), WINDOW, Reader(watch=("NVDA", "MU"), private=True))
    assert own.window == snapshot("Nothing new on your 2 names since Wed 08:45 ET · 1 article read")


def test_articles_that_take_no_side_are_said_to_take_none() -> None:
    digest = build(news(heads=(head("a"), head("b"))), WINDOW)
    assert digest.window == snapshot(
        "since Wed 08:45 ET: 2 articles → 2 stories; none takes a side on a company or a group"
    )
    assert digest.more == 2


def test_the_first_brief_says_how_far_back_it_goes_and_calls_nothing_new_or_late() -> None:
    old = story("old", "FDX", -0.4, published_at=SINCE - timedelta(days=40))
    assert brief_text(build(news(old, story("deal", "AMZN", 0.5)), FIRST)) == snapshot("""\
Pre-open brief · Fri 27 Nov 2026
the first brief here, over the last 24 h: 2 articles → 2 stories, 2 new
Names: ▲ AMZN Amzn · positive +0.50 · “AMZN is at +0.5 after deal.” [1]
▼ FDX Fdx · negative -0.40 · “FDX is at -0.4 after old.” [2]\
""")


def test_an_old_window_names_its_day_in_full() -> None:
    long = Window(SINCE - timedelta(days=7), UNTIL, FRIDAY, "Europe/Berlin")
    assert build(news(), long).window == "since Wed 18 Nov 14:45 CET: nothing new"


def test_a_half_day_a_late_brief_and_folded_days_are_said() -> None:
    odd = Window(
        SINCE,
        UNTIL + timedelta(hours=1),
        FRIDAY,
        "America/New_York",
        late_for=UNTIL,
        folded=(date(2026, 11, 25),),
        session_note="early close 13:00 ET",
    )
    digest = build(news(story("deal", "AMZN", 0.5)), odd)
    assert digest.title == "Pre-open brief · Fri 27 Nov 2026 · early close 13:00 ET"
    assert digest.window == snapshot(
        "since Wed 08:45 ET: 1 article → 1 story, 1 new · sent late: due 08:45 ET · includes Wed 25 Nov, which could not be sent"  # noqa: E501
    )


def test_many_folded_days_are_named_by_the_first() -> None:
    days = tuple(date(2026, 11, day) for day in (23, 24, 25))
    digest = build(news(), replace(WINDOW, folded=days))
    assert digest.window == (
        "since Wed 08:45 ET: nothing new"
        " · includes the briefs since Mon 23 Nov, which could not be sent"
    )


def test_a_week_is_wrapped_by_winners_losers_and_what_was_told() -> None:
    assert brief_text(wrap()) == snapshot("""\
Weekly wrap · Fri 27 Nov 2026
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
Winners: ▲ AMZN Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” [1][2][3] · +3 outlets
▲ MU Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” [4][5]
▲ DAL Dal · positive +0.50 · “DAL is at +0.5 after barrels.” [6]
Losers: ▼ ROKU Roku · negative -0.60 · “ROKU is at -0.6 after a ruling.” [7]
▼ NVDA Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” [8][9] · +1 outlet
▼ FDX Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” [10] · late, of 16 Nov
Themes: ▲ more · memory chip makers: 2 stories (before: 1 a week) [4]
What was said, and how it turned: DAL -0.40 on Wed · ▲ turned, positive +0.50 [6]
NVDA +0.31 on Mon · ▼ turned, negative -0.50 [8]
Not shown: 1 more group\
""")  # noqa: E501  as the reader gets it


def test_a_private_wrap_has_its_readers_names_first_and_each_name_once() -> None:
    own = wrap(watch=("AMZN", "NVDA", "V"), book=("FDX", "KO"), private=True, muted={"MU": FRIDAY})
    assert brief_text(own) == snapshot("""\
Weekly wrap · Fri 27 Nov 2026
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
Watchlist: ▲ AMZN Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” [1][2][3] · +3 outlets
▼ NVDA Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” [4][5] · +1 outlet
1 name nothing new
My book: ▼ FDX Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” [6] · late, of 16 Nov
1 name nothing new
Winners: ▲ DAL Dal · positive +0.50 · “DAL is at +0.5 after barrels.” [7]
Losers: ▼ ROKU Roku · negative -0.60 · “ROKU is at -0.6 after a ruling.” [8]
What was said, and how it turned: DAL -0.40 on Wed · ▲ turned, positive +0.50 [7]
NVDA +0.31 on Mon · ▼ turned, negative -0.50 [4]
Not shown: 1 more group · muted: MU until Fri 27 Nov\
""")  # noqa: E501  as the reader gets it
    shown = [line.line.target.id for line in own.lines]
    assert len(shown) == len(set(shown))


def test_a_long_list_of_ones_own_leaves_room_for_little_else() -> None:
    many = news(*(story(f"s{n}", f"T{n:02}", 0.9 - n / 100) for n in range(30)))
    watch = tuple(f"T{n:02}" for n in range(30))
    week = told(date(2026, 11, 23), **dict.fromkeys(watch, -0.5))
    digest = build_wrap(many, WINDOW, Reader(watch=watch, private=True, told=(week,)))
    assert (len(digest.lines), len(notes(digest, "turned"))) == (7, 2)
    assert digest.cut == (
        "Not shown: 23 more names (23 on your list) · In the thread: 10 of 30 stories"
    )


def test_who_gets_wraps_alone_reads_what_the_last_one_said_and_how_it_turned() -> None:
    alone = wrap(told=(), wraps=(told(date(2026, 11, 20), NVDA=0.4), told(NVDA=-0.9)))
    assert notes(alone, "turned") == ["NVDA +0.40 on Fri 20 Nov|▼ turned, negative -0.50"]


def test_a_wrap_is_remembered_and_has_a_thread_and_the_weeks_line() -> None:
    digest = wrap()
    assert digest.told is not None
    assert {"AMZN", "MU", "DAL", "ROKU", "NVDA", "FDX"} <= digest.told.names.keys()
    assert digest.told.themes["memory-chip-makers"] == 2
    assert len(digest.stories) + digest.more == 7
    assert digest.chart is not None
    assert digest.chart.title == "Sentiment over 7 days to 26 Nov"


def test_a_week_in_which_nothing_takes_a_side_is_one_line() -> None:
    quiet = news(heads=(head("a"), head("b", backfilled=True)))
    own = build_wrap(quiet, WINDOW, Reader(watch=("NVDA", "MU"), private=True))
    assert brief_text(own) == snapshot("""\
Weekly wrap · Fri 27 Nov 2026
Nothing new on your 2 names since Wed 08:45 ET · 1 article read · 1 article of history, not told\
""")
    assert own.told is not None


def test_the_first_wrap_covers_a_week() -> None:
    week = replace(WINDOW, since=UNTIL - timedelta(days=7), first=True)
    assert brief_text(build_wrap(news(), week)) == (
        "Weekly wrap · Fri 27 Nov 2026\nthe first brief here, over the last 7 days: nothing new"
    )


def test_the_biggest_comes_first_but_a_watched_name_before_it_and_a_held_one_after_that() -> None:
    said = news(
        story("a", "AAA", 0.4),
        story("b", "BBB", -0.9),
        story("c", "CCC", 0.6),
        story("d", "DDD", 0.2),
    )
    assert names(build(said, WINDOW)) == ["BBB", "CCC", "AAA", "DDD"]
    own = Reader(watch=("DDD",), book=("AAA", "DDD"), private=True)
    assert names(build(said, WINDOW, own)) == ["DDD", "AAA", "BBB", "CCC"]


def test_what_changed_sides_since_the_reader_was_told_is_a_reversal_in_words() -> None:
    said = news(story("ban", "NVDA", -0.5))
    digest = build(said, WINDOW, Reader(told=(told(NVDA=0.31),)))
    (line,) = digest.lines
    assert (line.state, names(digest, "contrary")) == ("reversal", ["NVDA"])
    assert "🔁 ▼ NVDA" in brief_text(digest)
    assert "reversal vs Wed (+0.31)" in brief_text(digest)


@pytest.mark.parametrize(("before", "state"), [(0.1, "new"), (-0.4, "new"), (0.3, "reversal")])
def test_only_a_side_that_was_told_can_be_reversed(before: float, state: str) -> None:
    digest = build(news(story("ban", "NVDA", -0.5)), WINDOW, Reader(told=(told(NVDA=before),)))
    assert digest.lines[0].state == state


def test_the_last_word_that_was_told_counts() -> None:
    memory = (told(NVDA=-0.2), told(date(2026, 11, 23), NVDA=0.5))
    digest = build(news(story("ban", "NVDA", -0.5)), WINDOW, Reader(told=memory))
    assert digest.lines[0].state == "new"


def test_a_story_that_goes_on_is_developing_and_not_new_again() -> None:
    said = news(story("ban", "NVDA", -0.5), known=frozenset({"story of ban"}))
    digest = build(said, WINDOW)
    assert digest.lines[0].state == digest.stories[0].state == "developing"
    assert "1 story, 0 new" in digest.window


def test_a_story_has_one_voice_and_one_place_however_many_tell_it() -> None:
    loud = story("deal", "AMZN", 0.6, outlets=("Reuters", "reuters", "FT", "CNBC"))
    digest = build(news(loud, story("cloud", "AMZN", -0.2)), WINDOW)
    (line,) = digest.lines
    assert line.line.sentiment.score == pytest.approx(0.2, abs=0.02)
    assert line.outlets == 2
    assert [(one.articles, one.outlets) for one in digest.stories] == [(4, 3), (1, 1)]


def test_a_base_is_shown_where_enough_days_are_known() -> None:
    assert "AMZN Amzn · positive +0.60 (base +0.19)" in brief_text(full_brief())
    assert "ROKU Roku · negative -0.60 ·" in brief_text(full_brief())


def test_history_is_counted_and_not_told() -> None:
    past = story("past", "NVDA", -0.5, backfilled=True)
    digest = build(news(past, story("deal", "AMZN", 0.5)), WINDOW)
    assert names(digest) == ["AMZN"]
    assert digest.window == snapshot(
        "since Wed 08:45 ET: 1 article → 1 story, 1 new · 1 article of history, not told"
    )


def test_articles_that_were_too_many_to_read_are_counted() -> None:
    said = news(story("deal", "AMZN", 0.5), unread=1_234, unread_history=2)
    assert build(said, WINDOW).window == snapshot(
        "since Wed 08:45 ET: 1 article → 1 story, 1 new · and 1,234 more articles, not read for this brief · 2 articles of history, not told"  # noqa: E501
    )
    assert "and 1 more article, not read" in build(news(unread=1), WINDOW).window


def test_a_muted_name_is_named_with_its_last_day_and_its_story_is_still_counted() -> None:
    said = news(story("ban", "NVDA", -0.5), story("deal", "AMZN", 0.5))
    digest = build(said, WINDOW, Reader(muted={"NVDA": date(2026, 12, 3)}))
    assert names(digest) == ["AMZN"]
    assert digest.cut == "muted: NVDA until Thu 3 Dec"
    assert "2 stories, 2 new" in digest.window
    assert "NVDA" not in str(digest.stories)


def test_names_groups_and_stories_that_find_no_room_are_counted() -> None:
    many = [story(f"s{n}", f"T{n:02}", 0.9 - n / 100) for n in range(12)]
    groups = [story(f"g{n}", f"group {n}", -0.3, kind="group") for n in range(5)]
    digest = build(news(*many, *groups), WINDOW, Reader(watch=("T00", "T11"), private=True))
    assert names(digest)[:3] == ["T00", "T11", "T01"]
    assert digest.cut == snapshot(
        "Not shown: 5 more names, 3 more groups · In the thread: 10 of 17 stories"
    )
    whole = build(news(*many, *groups), WINDOW, room=WHOLE)
    assert len(names(whole)) == 17


def test_watched_names_that_are_cut_are_counted_apart() -> None:
    many = [story(f"s{n}", f"T{n:02}", 0.9 - n / 100) for n in range(12)]
    watch = tuple(f"T{n:02}" for n in range(12))
    digest = build(news(*many), WINDOW, Reader(watch=watch, private=True))
    assert (
        digest.cut == "Not shown: 3 more names (3 on your list) · In the thread: 10 of 12 stories"
    )


def test_a_book_is_for_its_owner_alone() -> None:
    with pytest.raises(ValueError, match="owner"):
        Reader(book=("NVDA",))


def test_a_theme_is_compared_with_earlier_briefs() -> None:
    two = news(story("a", "MU", 0.5), story("b", "SNDK", 0.4))
    before = [told(themes={"memory-chip-makers": n}) for n in (0, 2, 4)]
    assert notes(build(two, WINDOW), "themes") == ["|memory chip makers: 2 stories"]
    assert notes(build(two, WINDOW, Reader(told=(before[0],))), "themes") == snapshot(
        ["▲ more|memory chip makers: 2 stories (before: 0 a brief)"]
    )
    assert notes(build(two, WINDOW, Reader(told=(before[1],))), "themes") == snapshot(
        ["■ as before|memory chip makers: 2 stories (before: 2 a brief)"]
    )
    assert notes(build(two, WINDOW, Reader(told=(before[2],))), "themes") == snapshot(
        ["▼ less|memory chip makers: 2 stories (before: 4 a brief)"]
    )


def test_what_is_inferred_stands_apart() -> None:
    guess = nouns.claim("AAA", 0.9, origin="inferred")
    digest = build(News((guess.head,), (guess, claim("BBB", 0.3))), WINDOW)
    assert names(digest, "inferred") == ["AAA"]
    assert "Inferred, not in the source: 🆕 ▲ AAA" in brief_text(digest)


def test_strong_voices_that_cancel_are_mixed_and_both_are_cited() -> None:
    (line,) = build(news(story("a", "AAA", 0.6), story("b", "AAA", -0.6)), WINDOW).lines
    assert line.line.sentiment.label == "mixed"
    assert (line.line.citations, line.contrary) == ((1,), (2,))


targets = st.sampled_from(
    [("ticker", "AAA"), ("ticker", "BBB"), ("private", "Ccc"), ("group", "ddd"), ("ticker", "MU")]
)
claims = st.builds(
    lambda target, score, article, relevance: claim(
        target[1],
        score,
        article=article,
        kind=target[0],
        relevance=relevance,
        words=f"{target[1]} is at {score}.",
    ),
    targets,
    st.floats(-1, 1),
    st.sampled_from("abcdefgh"),
    st.floats(0, 1),
)
tickers = st.sets(st.sampled_from(["AAA", "BBB", "MU"]), max_size=2)


@settings(deadline=None)
@given(said=st.lists(claims, max_size=30), watch=tickers, muted=tickers, seed=st.integers())
def test_any_ledger_gives_a_short_brief_whose_numbers_all_lead_somewhere(
    said: list[Claim], watch: set[str], muted: set[str], seed: int
) -> None:
    reader = Reader(watch=tuple(sorted(watch)), muted=dict.fromkeys(sorted(muted), FRIDAY))
    heads = tuple({c.head: None for c in said})
    digest = build(News(heads, tuple(said), history=tuple(said)), WINDOW, reader)
    shuffled = tuple(Random(seed).sample(said, len(said)))
    again = News(tuple(reversed(heads)), shuffled, history=shuffled)
    assert build(again, WINDOW, reader) == digest
    assert len(brief_text(digest).splitlines()) <= MAX_LINES
    assert [c.n for c in digest.citations] == list(range(1, len(digest.citations) + 1))
    assert len(digest.stories) + digest.more == len({h.membership.story_id for h in heads})
    week = build_wrap(News(heads, tuple(said), history=tuple(said)), WINDOW, reader)
    assert build_wrap(again, WINDOW, reader) == week
    assert len(brief_text(week).splitlines()) <= MAX_LINES
    assert len(week.stories) + week.more == len(digest.stories) + digest.more
    shown = [line.line.target.id for line in digest.lines]
    assert len(shown) == len(set(shown))
    assert not muted & set(shown)
    for line in digest.lines:
        assert line.line.sentiment.direction != "neutral"
        assert {*line.line.citations, *line.contrary} <= {c.n for c in digest.citations}
        assert not set(line.line.citations) & set(line.contrary)


def test_full_news_has_a_line_of_ten_days() -> None:
    chart = full_brief().chart
    assert chart is not None
    assert (len(chart.categories), chart.kind) == (10, "line")
    assert [row.name for row in chart.series] == ["AMZN", "MU", "FDX"]
    fdx = chart.series[2].values
    assert fdx[-5:] == (None,) * 5
    assert full_news().claims

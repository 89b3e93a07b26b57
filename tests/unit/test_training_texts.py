"""Our training texts are well formed, and what is made of them keeps its target."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentiment_data import EXAMPLES, MARK, SIDE, Example, beside, headlines, held_out, own
from sentiment_more import Near, crossed, more, near_words, of_another_name, reworded
from train_sentiment import learnt

from retrieval.language.passages import Passage
from retrieval.models import Span

LINES = [
    (path.name, number, line)
    for path in sorted(EXAMPLES.glob("*.txt"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
]
KEPT_BACK = list(own(kept_back=True))
SOME = random.Random(5).sample(KEPT_BACK, 300)


def test_each_line_has_a_tone_and_marks_that_close() -> None:
    for name, number, line in LINES:
        tone, bar, text = line.partition(" | ")
        assert bar, (name, number)
        assert tone in {"+", "-", "0"}, (name, number)
        assert not set("{}") & set(MARK.sub("", text)), (name, number)
        assert all(found[2].strip() == found[2] != "" for found in MARK.finditer(text)), (
            name,
            number,
        )


def test_no_text_stands_twice() -> None:
    texts = Counter(MARK.sub(lambda found: found[2], line) for _, _, line in LINES)
    assert [text for text, count in texts.items() if count > 1] == []


def test_a_tenth_is_kept_back_and_none_of_it_is_trained_on() -> None:
    trained = {one.passage for one in own(kept_back=False)}
    kept_back = {one.passage for one in KEPT_BACK}
    assert trained.isdisjoint(kept_back)
    assert 0.07 < len(kept_back) / (len(trained) + len(kept_back)) < 0.13


def test_the_tone_of_a_text_whose_targets_part_ways_is_not_taught() -> None:
    examples = list(own(kept_back=False))
    found = [one for one in examples if not one.passage.spans]
    sides: dict[str, set[int]] = {}
    for one in examples:
        if one.passage.spans:
            sides.setdefault(one.passage.text, set()).add(one.side)
    apart = {SIDE["+"], SIDE["-"]}
    assert found
    assert not any(apart <= sides.get(one.passage.text, set()) for one in found)


@pytest.fixture(scope="module")
def near() -> Near:
    return near_words([one.passage.text for one in SOME])


def named(passage: Passage) -> list[str]:
    return [span.of(passage.text) for span in passage.spans]


@given(one=st.sampled_from(SOME), seed=st.integers(0, 2**32))
def test_whatever_is_made_of_a_text_still_names_its_target(
    near: Near, one: Example, seed: int
) -> None:
    chance = random.Random(seed)
    made = [
        reworded(one.passage, near, chance),
        *crossed(one.passage, [other.passage for other in SOME], chance),
    ]
    if one.passage.spans and (both := beside(one, SOME, chance)):
        made.append(both.passage)
    assert all(named(passage) == named(one.passage) for passage in made)


def test_a_target_with_a_stop_at_the_end_of_its_text_keeps_it() -> None:
    text = "Regulators approved the merger of Southern Co."
    last = Example(Passage(text, (Span(text.index("Southern"), len(text)),)), SIDE["+"])
    others = [one for one in SOME if one.passage.spans and one.side != last.side]
    for seed in range(50):
        both = beside(last, others, random.Random(seed))
        assert both is None or named(both.passage) == ["Southern Co."]


@given(st.sampled_from(SOME), st.integers(0, 2**32))
def test_another_name_is_no_part_of_the_target(one: Example, seed: int) -> None:
    for passage in of_another_name(one.passage, random.Random(seed)):
        (span,) = passage.spans
        assert passage.text == one.passage.text
        assert not any(s.start < span.end and span.start < s.end for s in one.passage.spans)


def test_a_clause_with_the_target_is_never_given_away() -> None:
    other = [Passage("Profit fell, sales rose by 4%")]
    two = Passage("Harbin rose; Kestrel fell.", (Span(0, 6),))
    made = [passage for seed in range(50) for passage in crossed(two, other, random.Random(seed))]
    assert {passage.text for passage in made} == {
        "Harbin rose; Profit fell",
        "Harbin rose; sales rose by 4%",
    }
    alone = Passage("Harbin rose.", (Span(0, 6),))
    assert list(crossed(alone, other, random.Random(1))) == []


def test_what_is_made_is_none_of_the_examples_and_the_same_again() -> None:
    made = more(SOME, random.Random(1))
    assert len(made) > len(SOME)
    assert not {one.passage for one in SOME} & set(made)
    assert made == more(SOME, random.Random(1))


def test_a_document_that_is_held_out_is_never_trained_on(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {
            "dataset": d,
            "doc_id": str(n),
            "text": f"A{n} up",
            "label": "positive",
            "start": 0,
            "end": 2,
        }
        for d in ("SEntFiN-1.0", "FinEntity")
        for n in range(100)
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    texts = {one.passage.text for one in headlines(file)}
    assert texts == {f"A{n} up" for n in range(100) if not held_out(str(n))}
    assert 60 < len(texts) < 95


def test_the_label_of_an_example_is_mixed_into_what_the_teacher_says_of_it() -> None:
    sure, inferred = Example(Passage("Profit rose."), 2), Example(Passage("Profit fell."), 0, 0.5)
    asked = [sure.passage, inferred.passage, Passage("Profit stood still.")]
    said = np.full((3, 3), 1 / 3, np.float32)
    first, second, third = (row.shares for row in learnt(asked, [sure, inferred], said))
    assert first == pytest.approx((0.7 / 3, 0.7 / 3, 0.7 / 3 + 0.3))
    assert second == pytest.approx((0.85 / 3 + 0.15, 0.85 / 3, 0.85 / 3))
    assert third == pytest.approx((1 / 3, 1 / 3, 1 / 3))

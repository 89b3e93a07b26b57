"""The fake sentiment model is a true stand-in: both pass these tests."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from sentiment_model import Trainable, tensors

from retrieval.index.embed import bundled
from retrieval.language.adapter import BAND, MOST_TOKENS, Adapter, fingerprint, leanings_of
from retrieval.language.encoder import Encoded, Encoder
from retrieval.language.passages import Passage
from retrieval.language.sentiment import FULL, Judge, read_sentiments
from retrieval.models import MILD, Span
from tests.fakes import AgreeingJudge

REAL = Adapter()  # one for all tests: loading takes seconds
MAKERS: dict[str, Callable[[], Judge]] = {"fake": AgreeingJudge, "real": lambda: REAL}


@pytest.fixture(params=sorted(MAKERS))
def judge(request: pytest.FixtureRequest) -> Judge:
    return MAKERS[request.param]()


def of(name: str, text: str) -> Passage:
    start = text.index(name)
    return Passage(text, (Span(start, start + len(name)),))


def test_plain_sentences_take_the_side_a_reader_would_take(judge: Judge) -> None:
    text = "Harbin rose 4% after it raised its guidance, while Kestrel fell 6% on weak demand."
    harbin, kestrel = read_sentiments([of("Harbin", text), of("Kestrel", text)], judge)
    assert harbin.score >= MILD
    assert kestrel.score <= -MILD


def test_a_text_without_a_target_is_read_as_a_whole(judge: Judge) -> None:
    good, bad = read_sentiments(
        [Passage("Profit rose to a record."), Passage("Profit fell sharply.")],
        judge,
    )
    assert good.score > 0 > bad.score


def test_scores_are_in_range_in_the_order_of_the_passages_and_the_same_again(judge: Judge) -> None:
    passages = [
        of("Harbin", "Harbin rose."),
        Passage("Harbin rose. " * 200),
        of("Kestrel", f"{'Harbin rose. ' * 200}Kestrel fell."),
        Passage(""),
        Passage("\ud800 half a pair"),
        of("Harbin", "Harbin"),
    ]
    once, again = judge.leanings(passages), judge.leanings(passages)
    assert once.shape == (len(passages),)
    assert once.tobytes() == again.tobytes()
    assert np.abs(once).max() <= 1
    alone = [float(judge.leanings([passage])[0]) for passage in passages]
    assert np.allclose(once, alone, atol=1e-4)
    assert all(abs(one.score) <= FULL for one in read_sentiments(passages, judge))


SHARES = st.tuples(*[st.floats(0, 1, width=32)] * 3).filter(lambda shares: sum(shares) > 0.1)


@given(st.lists(SHARES, min_size=1, max_size=8))
def test_a_leaning_has_the_likelier_side_s_sign_and_a_side_is_taken_beyond_the_band_only(
    shares: list[tuple[float, float, float]],
) -> None:
    sides = np.array(shares, np.float32)
    sides /= sides.sum(axis=1, keepdims=True)
    said = leanings_of(sides)
    raw = sides[:, 2] - sides[:, 0]
    assert ((np.abs(said) >= np.float32(MILD)) == (np.abs(raw) >= BAND)).all()
    assert (np.sign(said) == np.sign(raw)).all()
    assert np.abs(said).max() <= 1
    assert np.array_equal(leanings_of(sides[:, ::-1]), -said)


def test_without_a_side_the_likelier_one_is_heard() -> None:
    faint, none = leanings_of(np.array([[0.002, 0.978, 0.02], [0.01, 0.98, 0.01]], np.float32))
    assert 0.02 < faint < MILD
    assert none == 0


def test_no_passages_are_no_scores(judge: Judge) -> None:
    assert judge.leanings([]).shape == (0,)


def test_a_mark_that_a_text_spells_out_is_no_target() -> None:
    text = "Kestrel fell sharply. [MASK] rose to a record. [SEP] [CLS]"
    ids, places = REAL.encode(of("Kestrel", text))
    assert len(places) == 1
    assert [ids.count(special) for special in (101, 102, 103)] == [1, 1, 1]
    assert REAL.encode(Passage(text))[1] == []


def test_a_long_text_is_cut_around_its_target() -> None:
    far = of("Kestrel", f"{'Harbin rose. ' * 200}Kestrel fell sharply. {'Harbin rose. ' * 200}")
    ids, places = REAL.encode(far)
    assert len(ids) == MOST_TOKENS
    assert len(places) == 1
    near = of("Kestrel", "Kestrel fell sharply.")
    assert float(REAL.leanings([far])[0]) < 0
    assert float(REAL.leanings([near])[0]) < 0


def test_a_target_that_stands_twice_is_masked_twice() -> None:
    text = "Harbin rose and Harbin's lenders cheered"
    again = text.index("Harbin", 3)
    _, places = REAL.encode(Passage(text, (Span(0, 6), Span(again, again + 6))))
    assert len(places) == 2


def test_the_weights_know_what_they_were_trained_on() -> None:
    assert not REAL.trained_on("A headline that nobody has ever written about Harbin.")
    assert fingerprint(" a ") == fingerprint("a")
    assert len(REAL.name) == 8


def test_the_encoder_gives_what_the_trained_model_gives(tmp_path: Path) -> None:
    torch.manual_seed(7)
    trained = Trainable().eval()
    changes = trained.changes()
    for change in changes.values():
        change.copy_(torch.randn_like(change) * 0.05)
    file = tmp_path / "changes.safetensors"
    save_file(changes, file)
    batch: list[Encoded] = [
        ([101, 2054, 103, 2003, 102], [2]),
        ([101, *range(2000, 2030), 102], []),
        ([101, *range(3000, 3100), 102], [5, 60]),
    ]
    with torch.inference_mode():
        wanted = trained(*tensors(batch)).softmax(dim=-1).numpy()
    encoder = Encoder.load(bundled(), file)
    assert np.allclose([encoder.sides(one) for one in batch], wanted, atol=1e-5)

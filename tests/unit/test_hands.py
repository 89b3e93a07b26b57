"""So many compute at once, however many wait for somebody else."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.aloud import Aloud
from bot.hands import Hands
from retrieval.errors import StoppedError


def test_never_more_compute_than_there_are_hands_and_those_who_wait_do_not_count() -> None:
    changes: list[int] = []
    hands = Hands(2, lambda: changes.append(1))
    lock, now, most = threading.Lock(), [0], [0]
    together = threading.Barrier(8)

    def compute() -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.002)
        with lock:
            now[0] -= 1

    def work(_: int) -> None:
        with hands.computing():
            compute()
            with Aloud(hands=hands).waiting():
                together.wait(5)  # all eight wait at once, though there are two hands
            compute()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == [2]
    assert len(changes) == 8
    assert hands.waiting == 0


def test_after_a_stop_every_word_ends_the_work() -> None:
    told: list[object] = []
    aloud = Aloud(told.append)
    aloud.line("a", ())
    aloud.stopped.set()
    with pytest.raises(StoppedError):
        aloud.step("more")
    with pytest.raises(StoppedError):
        aloud.line("b", ())
    assert len(told) == 1
    assert aloud.lines == ["a"]

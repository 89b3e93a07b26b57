"""When a call may go: its turn in a channel, a minute's ration, a wait that Slack asked for."""

from bot.pacing import APPENDS, STREAMS, Pace


class Watch:
    """Seconds that a test turns."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_posts_in_a_channel_go_one_a_second_and_other_channels_do_not_wait() -> None:
    pace = Pace(Watch())
    assert [pace.turn("C1", 2.0) for _ in range(3)] == [0.0, 1.0, 2.0]
    assert pace.turn("C2", 2.0) == 0.0


def test_who_would_wait_too_long_takes_no_turn() -> None:
    watch = Watch()
    pace = Pace(watch)
    assert [pace.turn("C1", 1.5) for _ in range(4)] == [0.0, 1.0, 2.0, 2.0]
    watch.at += 2.0
    assert pace.turn("C1", 1.5) == 0.0


def test_a_minute_has_its_ration_of_streams() -> None:
    watch = Watch()
    pace = Pace(watch)
    assert [pace.take(STREAMS) for _ in range(21)] == [True] * 20 + [False]
    assert pace.take(APPENDS)
    watch.at += 59.9
    assert not pace.take(STREAMS)
    watch.at += 0.1
    assert [pace.take(STREAMS) for _ in range(21)] == [True] * 20 + [False]


def test_what_slack_holds_is_held_for_as_long_as_it_said() -> None:
    watch = Watch()
    pace = Pace(watch)
    pace.hold("chat.update", 3.0)
    pace.hold("chat.update", 1.0)
    assert (pace.held("chat.update"), pace.held("chat.stopStream")) == (3.0, 0.0)
    watch.at += 3.0
    assert pace.held("chat.update") == 0.0

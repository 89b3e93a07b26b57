"""The plan of what goes wrong in the fake Slack: what strikes which call."""

from hypothesis import given
from hypothesis import strategies as st

from bot.playground.faults import Fault, Faults


def test_a_fault_strikes_its_method_as_often_as_planned() -> None:
    faults = Faults()
    faults.add(Fault("chat.update", "status", 2))

    struck = [faults.strike(m) for m in ("chat.delete", "chat.update", "chat.update")]
    assert [fault.kind if fault else None for fault in struck] == [None, "status", "status"]
    assert faults.strike("chat.update") is None
    assert faults.left == 0


def test_the_first_calls_may_go_well() -> None:
    faults = Faults()
    faults.add(Fault("*", "error", code="fatal_error", after=2))

    struck = [faults.strike(m) for m in ("a", "b", "c", "d")]
    assert [fault.code if fault else None for fault in struck] == [None, None, "fatal_error", None]


def test_faults_strike_in_the_order_of_the_plan_until_it_is_cleared() -> None:
    faults = Faults()
    for kind in ("drop_before", "drop_after", "slow"):
        faults.add(Fault("a", kind))  # type: ignore[arg-type]
    first = faults.strike("a")
    faults.clear()

    assert first is not None
    assert first.kind == "drop_before"
    assert faults.strike("a") is None


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), max_size=5))
def test_each_planned_fault_strikes_in_the_end(plan: list[tuple[int, int]]) -> None:
    faults = Faults()
    for times, after in plan:
        faults.add(Fault("a", "error", times, after))

    struck = [faults.strike("a") for _ in range(50)]

    assert sum(fault is not None for fault in struck) == sum(times for times, _ in plan)
    assert faults.left == 0

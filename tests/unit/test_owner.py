"""Whether an owner of a question has ended, as far as this host can tell."""

import subprocess
import sys

import pytest

from bot.owner import gone, own_name

ME = own_name()
HOST = ME.rpartition("-")[0]


def test_a_process_that_has_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert not gone(f"{HOST}-{other.pid}", ME)
        other.kill()
        other.wait()
        assert gone(f"{HOST}-{other.pid}", ME)


def test_one_with_our_own_name_came_before_us() -> None:
    assert gone(ME, ME)


@pytest.mark.parametrize("owner", [f"{HOST}-1", "another-host-999999999", "w1", "", f"{HOST}-x"])
def test_who_may_be_alive_is_not_gone(owner: str) -> None:
    assert not gone(owner, ME)


def test_a_number_that_no_process_can_have_is_gone() -> None:
    assert gone(f"{HOST}-{10**30}", ME)

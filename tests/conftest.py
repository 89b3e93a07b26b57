"""What every test gets: no network but loopback, and the way to the shared data."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"

LONG_FILES = ("tests/evals/", "test_cli.py", "test_eval_speed.py")

pytest_plugins = ["tests.postgres"]

_real_connect = socket.socket.connect
_LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seeds 3` for the long run of faults that are drawn by lot; the suite has one."""
    parser.addoption("--seeds", type=int, default=1, help="test_chat_lines.py, test_outbox_kill.py")
    parser.addoption("--long", action="store_true", help="storms and kills at full length")
    parser.addoption("--pictures", help="a folder for the pictures of tests/flows/test_newcomer.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: at the end they would run alone."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG_FILES))


class NetworkUsedError(AssertionError):
    """A test tried to reach beyond this machine."""


def _guarded(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(
        _LOOPBACK
    ):
        raise NetworkUsedError(repr(address))
    _real_connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse connections to anything but loopback, in this process."""
    socket.socket.connect = _guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = _real_connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether storms and kills run at full length (`make chaos`)."""
    return bool(pytestconfig.getoption("long"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; the test is skipped, with a reason, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared data is not at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def reference_article(shared: Path) -> Path:
    """The reference article, which never enters the repository."""
    return shared / "reference_article.txt"

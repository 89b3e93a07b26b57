"""This process -> its name among those that share a database, and which other names are gone."""

import os
import socket


def own_name() -> str:
    """Name this process: the host, and its number there."""
    return f"{socket.gethostname()}-{os.getpid()}"


def gone(owner: str, me: str) -> bool:
    """Tell whether an owner has certainly ended; of another host nobody here can tell.

    One with our own name came before us under the same number: in a container that is the rule.
    """
    host, _, number = owner.rpartition("-")
    if owner == me:
        return True
    if host != me.rpartition("-")[0] or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)  # signal 0 only asks
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False

"""Opens an index in a child process and reports whether it can be used.

A damaged index can crash the process that opens it (SIGSEGV, SIGBUS), which nothing can catch from
within. So the child does it first, and Tape looks at how the child ended.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TIMEOUT = 120.0
"""Seconds. Measured: 0.9 s for 10,000 vectors; a damaged index can also hang."""

Probe = Callable[[str, Path, str], bool]
"""Whether the index of a kind in a folder, of a collection name, can be used."""

_ROOT = Path(__file__).parents[2]


def probe(kind: str, folder: Path, name: str) -> bool:
    """Look at an index from a child process."""
    try:
        done = subprocess.run(  # noqa: S603 our own module, no shell
            [sys.executable, "-m", "retrieval.index.probe", kind, str(folder.resolve()), name],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def look(kind: str, folder: Path, name: str) -> bool:
    """Read everything in an index, in this process."""
    if kind == "lexical":
        from retrieval.index.lexical import LexicalIndex

        words = LexicalIndex(folder)
        words.query("market", 1)
        words.ids()
        return True
    from retrieval.index.dense import DenseIndex, implausible

    if implausible(folder):
        return False
    vectors = DenseIndex(folder, name)
    vectors.verify()
    vectors.close()
    return True


if __name__ == "__main__":
    sys.exit(0 if look(sys.argv[1], Path(sys.argv[2]), sys.argv[3]) else 1)

"""A folder with a library to the time that its first answer takes, in a process of its own.

python -m retrieval.evals.starting FOLDER
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from retrieval.ask.answer import answer
from retrieval.evals.synthetic import NOW, question
from retrieval.index.minilm import MiniLM
from retrieval.language.adapter import Adapter
from retrieval.language.analyse import Builtin
from retrieval.language.reader import Reader
from retrieval.language.securities import load_securities
from retrieval.library import Library


def opened(folder: Path, reader: Reader) -> Library:
    """The library of a folder, with the bundled embedder."""
    url = f"sqlite:///{folder / 'tape.db'}"
    return Library.open(url, folder, embedder=MiniLM(), reader=reader)


def resident() -> int | None:
    """The most memory that this process has held, in MB; None where no /proc tells it.

    `getrusage` would give that of the process which started this one, where that held more.
    """
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else ()
    return next((int(line.split()[1]) // 1024 for line in lines if "VmHWM" in line), None)


def builtin() -> Reader:
    """The engine that every installation has."""
    return Builtin(load_securities(), Adapter())


QUESTIONS = 20
"""Asked after the first, so that the memory is that of a library in use."""


def main(folder: Path) -> None:
    """Open the library, answer a question, and print what it took."""
    started = perf_counter()
    library = opened(folder, builtin())
    ready = perf_counter()
    answer(question(0), library=library, now=NOW)
    first = perf_counter()
    library.indexes.wait()
    whole = perf_counter()
    for number in range(QUESTIONS):
        answer(question(number + 1), library=library, now=NOW)
    library.close()
    found = {
        "open_seconds": round(ready - started, 2),
        "first_answer_seconds": round(first - started, 2),
        "indexes_whole_seconds": round(whole - started, 2),
        "memory_mb": resident(),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

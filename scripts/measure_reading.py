"""A folder of articles -> how fast `tape analyse --jsonl` reads, and the memory that it holds.

The articles are the folder's own sentences, drawn anew for each: as many as are asked for, none
twice. The resident memory is read from /proc, so this runs on Linux only.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from retrieval.language.sentences import sentences

SEED = 2026
EVERY = 1_000  # articles between two readings of the memory


def texts(source: Path, count: int, words: int) -> Iterator[str]:
    """Join drawn sentences into texts of at least so many words."""
    with source.open(encoding="utf-8") as lines:
        read = [json.loads(line)["text"] for line in lines]
    drawn = [span.of(text) for text in read for span in sentences(text)]
    chance = random.Random(SEED)
    for _ in range(count):
        chosen: list[str] = []
        size = 0
        while size < words:
            chosen.append(chance.choice(drawn))
            size += len(chosen[-1].split())
        yield " ".join(chosen)


def resident(pid: int) -> int:
    """The memory that a process holds, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if "VmRSS" in line)


def measure(path: Path) -> None:
    """Read a file of articles as a user would, and print what it takes."""
    tape = Path(sys.executable).with_name("tape")
    command = [str(tape), "analyse", "--jsonl", str(path)]
    with subprocess.Popen(  # noqa: S603 - our own command, beside this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reading:
        assert reading.stdout is not None
        began = first = time.perf_counter()
        number = 0
        for number, _ in enumerate(reading.stdout, 1):
            first = time.perf_counter() if number == 1 else first
            if number % EVERY == 0:
                print(f"{number:,} articles: {resident(reading.pid)} MB", flush=True)
        ended = time.perf_counter()
    after = (number - 1) / max(ended - first, 1e-9)
    print(
        f"{number:,} articles in {ended - began:.1f} s: {number / (ended - began):.1f} a second, "
        f"{after:.1f} after the first; exit {reading.returncode}"
    )


def main() -> None:
    """Draw the articles and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=Path, required=True, help="a JSONL file with `text`")
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--words", type=int, default=500)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for number, text in enumerate(texts(given.articles, given.count, given.words)):
                out.write(json.dumps({"id": str(number), "text": text}) + "\n")
        measure(path)


if __name__ == "__main__":
    main()

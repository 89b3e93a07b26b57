"""What one types after `tape` -> what became of it: a process of its own for each command.

It is forked from one that has imported the heavy parts and done nothing: importing Chroma, Alembic
and the rest anew for each of a hundred commands was a quarter of the suite's time.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_COMMANDS = ("analyse", "ask", "digest", "doctor", "evaluate", "ingest")
_HEAVY = ("alembic.context", "chromadb", "onnxruntime", "tantivy", "tokenizers")
_PATIENCE = 180.0  # seconds

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([*(f"bot.commands.{name}" for name in _COMMANDS), *_HEAVY])


def tape(data_dir: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder of its data folder; `env` is added to the environment."""
    variables = {**os.environ, "TAPE_DATA_DIR": str(data_dir), **env}
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("out", "err")]
        process = _forks.Process(target=_be, args=(words, variables, data_dir.parent, streams))
        process.start()
        process.join(_PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, _PATIENCE)
        out, err = (stream.read_text("utf-8") for stream in streams)
    return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _be(
    words: Sequence[str], env: Mapping[str, str], folder: Path, streams: Sequence[Path]
) -> None:
    """Be the command: with its streams, its environment, its folder."""
    for number, path in enumerate(streams, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["tape", *words]

    from bot.cli import main

    main()

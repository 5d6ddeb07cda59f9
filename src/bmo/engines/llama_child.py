"""The process that holds a GGUF model: llama.cpp's own server on a loopback port, behind a key.

It is apart because loading holds the interpreter's lock for seconds, and so that a native crash ends nothing else.
Run as `python -m bmo.engines.llama_child`: one JSON line on stdin says what to load, one on stdout says where it
listens (or what went wrong), and the end of stdin, which comes when the parent is gone, ends it.
"""

import json
import os
import signal
import sys
from typing import Any

import xllamacpp

_SLOTS = 3
"""One for each kind of prompt, which share the memory of one; the numbers are in `llama_cpp`."""
_BATCH = 128
"""Tokens of prompt between two looks at whether the asker is still there: about a second on two cores."""


def main() -> None:
    """Load, say where, and wait for the parent to go."""
    for end in (signal.SIGINT, signal.SIGTERM):  # for the parent, which ends us when its answers are through, even
        signal.signal(end, signal.SIG_IGN)  # when a terminal or systemd tells us all
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever llama.cpp prints is not our answer
    wanted = json.loads(sys.stdin.readline())
    try:
        server = xllamacpp.Server(_params(wanted))
    except Exception as fault:  # the binding raises plain RuntimeErrors and worse for everything
        print(json.dumps({"fault": str(fault)}), file=answer, flush=True)
        return
    print(json.dumps({"address": server.listening_address}), file=answer, flush=True)
    sys.stdin.read()
    os._exit(0)  # its destructor waits for requests that nobody reads any more


def _params(wanted: dict[str, Any]) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = wanted["model"]
    params.n_ctx = wanted["context"]
    params.n_parallel = _SLOTS
    params.kv_unified = True
    params.n_batch = params.n_ubatch = _BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = wanted["threads"]
    params.api_keys = [wanted["key"]]
    params.n_threads_http = 4
    params.cache_ram_mib = 0
    params.slot_prompt_similarity = 0.0
    params.use_jinja = True
    params.ui = False
    params.verbosity = 0
    return params


if __name__ == "__main__":
    main()

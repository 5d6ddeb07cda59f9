"""`litellm.Router` at the end of a pipe: run by `peers.py` in the environment of its own that LiteLLM lives in.

Each line on stdin is a request, each line on stdout what came of it: {"ms", "text", "whole"}.
`{"cloud": URL, "here": URL, "timeout": SECONDS}` makes a new router; `{"ask": true, "stream": bool}` asks it.
"""

import json
import os
import sys
import time
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it would look for it on the network
os.environ["LITELLM_LOG"] = "CRITICAL"

import litellm

ASK = [{"role": "system", "content": "You are BMO."}, {"role": "user", "content": "Hello, who are you?"}]


def router(cloud: str, here: str, timeout: float) -> Any:
    """Two deployments: the second is the fallback of the first, which one failure takes out for a minute."""

    def deployment(name: str, url: str) -> dict[str, Any]:
        params = {"model": "openai/m", "api_base": f"{url}/v1", "api_key": "k", "timeout": timeout}
        params |= {"stream_timeout": timeout, "max_retries": 0}
        return {"model_name": name, "litellm_params": params}

    return litellm.Router(
        model_list=[deployment("cloud", cloud), deployment("here", here)],
        fallbacks=[{"cloud": ["here"]}],
        num_retries=0,
        allowed_fails=0,
        cooldown_time=60,
        disable_cooldowns=False,
    )


def ask(made: Any, *, stream: bool) -> dict[str, Any]:
    """One completion; `whole` when it ended without an error and with an end."""
    began, text, whole = time.perf_counter(), "", False
    try:
        answer = made.completion(model="cloud", messages=ASK, stream=stream)
        if stream:
            for chunk in answer:
                text += chunk.choices[0].delta.content or ""
                whole = whole or chunk.choices[0].finish_reason is not None
        else:
            text, whole = answer.choices[0].message.content, True
    except Exception as fault:  # what a caller would get; the benchmark counts it
        return {
            "ms": (time.perf_counter() - began) * 1_000,
            "text": text,
            "whole": False,
            "fault": type(fault).__name__,
        }
    return {"ms": (time.perf_counter() - began) * 1_000, "text": text, "whole": whole}


def main() -> None:
    """Until stdin ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr
    made: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        if "cloud" in asked:
            made, told = router(**asked), {"version": getattr(litellm, "__version__", "")}
        else:
            told = ask(made, stream=asked["stream"])
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()

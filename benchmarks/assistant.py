"""What the embedded model makes of the two sets: chit-chat must change nothing, requests should be done.

    BMO_TEST_MODELS=~/bmo/models python benchmarks/assistant.py [--requests 40] [--chat 129] [--no-peer]

Ours: the assistant as the app builds it (commands first, then the model with what the ranker offers, what it asks for
held against the person's words); nothing is really done, see `parts/household.py`. The peer in the same run: the same
model on the same server, every tool in its prompt, native tool calls, no ranker, no guard. Prints both with the ratio
and writes `results/assistant-<date>.json`. `held_out`: ten requests that were not run while cues, schemas and examples
were tuned.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from parts.household import Deed, Household, alike
from turn import machine

from bmo.bridges.openai import OpenAiChat
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Message, ToolCall
from bmo.capabilities.provider import Stream
from bmo.engines.llama_cpp import LlamaCpp

HERE = Path(__file__).parent
SETS = HERE.parent / "tests" / "sets"
HELD_OUT = frozenset(f"q{number:02}" for number in (3, 8, 12, 16, 19, 22, 27, 30, 36, 40))
LLM = "qwen2.5-coder-0.5b-instruct-q4_k_m"
WORDS = 40
"""Tokens of an answer: what is said after that changes nothing here."""
PEER_SAYS = "You are BMO, a small, cheerful robot who lives with a family. Use the tools where they are needed."


class Short:
    """The same chat, with short answers."""

    def __init__(self, chat: Chat) -> None:
        self.name = chat.name
        self._chat = chat

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        return self._chat.chat(replace(request, max_tokens=WORDS))


def lines(name: str, most: int) -> list[dict[str, Any]]:
    """A set of lines: `id`, `text`, and the `actions` that are wanted."""
    with (SETS / name).open() as file:
        return [json.loads(line) for line in file][:most]


def peer(chat: Chat, household: Household, text: str) -> list[Deed]:
    """What the same model asks for by native calls, with every tool before its eyes."""
    tools = tuple(action.tool() for action in household.actions if not action.interrupts)
    request = ChatRequest((Message("system", PEER_SAYS), Message("user", text)), tools, max_tokens=128, temperature=0.0)
    calls = [chunk for chunk in chat.chat(request) if isinstance(chunk, ToolCall)]
    return list(household.obeyed(calls))


def measured(do: Callable[[str], list[Deed]], requests: Sequence[Mapping[str, Any]], chat: Sequence[Mapping[str, Any]],
             tell: bool) -> dict[str, Any]:  # fmt: skip
    """Both sets, one way."""
    begun = time.monotonic()
    wrong, right, right_held = [], 0, 0
    for line in requests:
        deeds = do(line["text"])
        good = alike(deeds, line["actions"])
        right += good
        right_held += good and line["id"] in HELD_OUT
        if not good:
            wrong.append({"id": line["id"], "did": [(deed.tool, deed.arguments) for deed in deeds]})
            if tell:
                print(line["id"], line["text"], "->", wrong[-1]["did"], file=sys.stderr, flush=True)
    changes = []
    for line in chat:
        did = [deed for deed in do(line["text"]) if deed.changes]
        changes += [{"id": line["id"], "did": [(deed.tool, deed.arguments) for deed in did]}] if did else []
        if did and tell:
            print(line["id"], line["text"], "->", changes[-1]["did"], file=sys.stderr, flush=True)
    held = sum(line["id"] in HELD_OUT for line in requests)
    return {"requests": len(requests), "right": right, "held_out": held, "right_held_out": right_held, "wrong": wrong,
            "chat": len(chat), "state_changes": len(changes), "changes": changes,
            "seconds": round(time.monotonic() - begun, 1)}  # fmt: skip


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures for people."""
    told = [f"{'':<8}{'requests right':>18}{'of these held out':>20}{'chats that changed':>20}{'seconds':>10}"]
    for name, result in results.items():
        told.append(
            f"{name:<8}{result['right']:>11} of {result['requests']:<3}"
            f"{result['right_held_out']:>13} of {result['held_out']:<3}"
            f"{result['state_changes']:>12} of {result['chat']:<4}{result['seconds']:>10}"
        )
    if "peer" in results:
        told.append(f"ratio of right ones, ours to the peer's: {ratio(results)}")
    return "\n".join(told)


def ratio(results: Mapping[str, Mapping[str, Any]]) -> str:
    """How many times as many requests were done rightly."""
    theirs = results["peer"]["right"]
    return f"{results['ours']['right'] / theirs:.1f}" if theirs else f"{results['ours']['right']} to none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--chat", type=int, default=129)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--tuning", action="store_true", help="leave the held out requests alone, and write nothing")
    parser.add_argument("--held-out", action="store_true", help="only the held out requests")
    options = parser.parse_args()
    requests = lines("requests.jsonl", options.requests)
    if options.tuning:
        requests = [line for line in requests if line["id"] not in HELD_OUT]
    if options.held_out:
        requests = [line for line in requests if line["id"] in HELD_OUT]
    chat = lines("chitchat.jsonl", options.chat)
    models = Path(os.environ.get("BMO_TEST_MODELS", "~/bmo/models")).expanduser()
    engine = LlamaCpp(models / LLM / "model.gguf")
    with closing(engine), TemporaryDirectory() as folder:
        household = Household(Path(folder), Short(engine))
        results = {"ours": measured(household.said, requests, chat, options.tuning)}
        if not options.no_peer:
            process = engine._process  # llama.cpp's own server, which parses native calls itself
            native = OpenAiChat(f"http://{process._host}:{process._port}/v1", "m", process._key)
            results["peer"] = measured(lambda text: peer(native, household, text), requests, chat, False)
    print(table(results))
    if not options.tuning:
        path = HERE / "results" / f"assistant-{datetime.now(UTC):%Y-%m-%d}.json"
        path.write_text(json.dumps({"machine": machine(), "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Chat with a GGUF model on this machine, by llama.cpp."""

import json
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, Sampling, ToolCall, Words, noted
from bmo.core.errors import Cancelled, Malformed, Refused
from bmo.engines import tool_choice
from bmo.engines.llama_process import Call, LlamaProcess
from bmo.engines.llama_prompt import known_first, left_out_tokens, plain

CHAT_SLOT, TOOL_SLOT, TRIAL_SLOT = 0, 1, 2
"""Each kind of prompt keeps its own slot, so that neither throws the other's warm prefix away."""
_WARM_UP = {"prompt": "{", "n_predict": 1, "json_schema": {"type": "object"}}
"""The first constrained call builds tables over the vocabulary: a second that no person should wait for."""
_NO_JSON = "the"
"""A token that nothing in JSON begins with."""
_MOST_SCHEMAS = 64
"""So many are remembered as good ones."""
_REPEATS = {"repeat_penalty": 1.05, "repeat_last_n": 64}
"""Small models repeat themselves and their instructions; more than this hurts their grammar."""


class LlamaCpp:
    """One model in a process of its own; one answer at a time, others wait their turn.

    Text goes on from `continue_from` byte for byte, because the model is handed it as the beginning of its own answer.
    When the process has died, the next request starts it again.
    """

    def __init__(self, model: Path, *, threads: int = 2, context: int = 4_096, name: str = "llama.cpp") -> None:
        """Loads `model`, a GGUF file; `context` in tokens. Raises `Broken` when it cannot be loaded."""
        self.name = name
        self._model_name = model.parent.name if model.stem == "model" else model.stem
        self._one_at_a_time = threading.Lock()
        self._read: tuple[Message, ...] = ()
        """What the chat slot holds: the last prompt and its answer."""
        self._good: dict[str, None] = {}
        """Schemas that llama.cpp can compile, as JSON; the oldest first."""
        self._process = LlamaProcess(model, threads=threads, context=context)
        self._start()

    @property
    def alive(self) -> bool:
        """Whether its process runs. A server that finds it dead starts it again before anybody asks."""
        return self._process.alive

    def close(self) -> None:
        """End its process."""
        self._process.stop()

    def chat(self, request: ChatRequest) -> "Answer":
        """As `Chat.chat`; closing the stream stops the model, and so does `interrupt` from another thread.

        `patience` is not used: nobody comes after the model on this machine. Raises `TooLarge` for more than the
        context, `Refused` for pictures, which it cannot see, and for a schema that it cannot be held to, `Malformed`
        when the process dies or the model does not keep to `schema`.
        """
        if any(message.images for message in request.messages):
            raise Refused("The model on this machine cannot see pictures.", code="cannot_see")
        return Answer(self, request)

    def answering(self, request: ChatRequest, calls: "_Calls") -> Generator[ChatChunk, None, None]:
        """The steps of an answer: choose a tool if there are any and it is the person's turn, else say words."""
        with self._one_at_a_time:
            if not self._process.alive:
                self._start()
            calls.source = self._process
            turn = request.must_call or request.messages[-1].role == "user"
            if request.tools and turn and request.schema is None and not request.continue_from:
                chosen = self._choose(request, calls)
                if chosen is not None:
                    yield chosen
                    yield Finished("tool_calls", self._model_name)
                    return
            yield from self._words(request, calls)

    def _start(self) -> None:
        self._process.start()
        self._read = ()
        with closing(self._process.call()) as call:
            call.whole("/completion", _WARM_UP)

    def _choose(self, request: ChatRequest, calls: "_Calls") -> ToolCall | None:
        said = next((message.text for message in reversed(request.messages) if message.role == "user"), "")
        asked = tool_choice.messages(request.tools, said)
        body = {
            "prompt": _prompt(asked, calls),
            "id_slot": TOOL_SLOT,
            "cache_prompt": True,
            "temperature": 0.0,
            "n_predict": tool_choice.MAX_TOKENS,
            "json_schema": tool_choice.schema(request.tools, must_call=request.must_call or request.likely_call),
        }
        with calls.call() as call:
            answer = call.whole("/completion", body)
        return tool_choice.parse(str(answer["content"]), request.tools)

    def _words(self, request: ChatRequest, calls: "_Calls") -> Iterator[ChatChunk]:
        begun, owed = _healed(request.continue_from)
        said = [begun]
        if request.schema is not None and not owed:
            self._try(request.schema, calls)
        messages = known_first(request, self._read)
        prompt = _prompt(noted(messages, request.note), calls) + begun
        left_out = left_out_tokens(request, messages)
        try:
            with calls.call() as call:
                for event in call.events("/completion", _body(request, prompt, owed)):
                    said.append(event["content"])
                    text, owed = _without(owed, event["content"])
                    if text:
                        yield Words(text)
                    if event["stop"]:
                        _check_schema(request, event, "".join(said))
                        yield _finished(event, self._model_name, left_out)
                        return
        finally:
            self._read = (*messages, Message("assistant", "".join(said)))
        raise Malformed("The language model's process stopped in the middle of its answer.")

    def _try(self, schema: Mapping[str, Any], calls: "_Calls") -> None:
        """Raises `Refused` for a schema that llama.cpp cannot compile, which it drops without a word: a token that is
        no JSON gets through then, when it is the likeliest by far."""
        told = json.dumps(schema, sort_keys=True)
        if told in self._good:
            return
        body = {
            "prompt": _NO_JSON,
            "id_slot": TRIAL_SLOT,
            "n_predict": 1,
            "temperature": 0.0,
            "logit_bias": [[_NO_JSON, 1_000.0]],
            "json_schema": dict(schema),
        }
        with calls.call() as call:
            said = str(call.whole("/completion", body)["content"])
        if _NO_JSON in said:
            raise Refused(
                "The model on this machine cannot be held to this schema. It knows types, properties, items, enums, "
                "bounds, simple patterns, anyOf and references within the schema, but not `not`, `if`, `contains`, "
                "`uniqueItems`, look-arounds in patterns or references to elsewhere; and something has to satisfy it.",
                code="schema_not_possible",
            )
        while len(self._good) >= _MOST_SCHEMAS:
            del self._good[next(iter(self._good))]
        self._good[told] = None


class Answer(Generator[ChatChunk, None, None]):
    """A stream of chunks that can be stopped from another thread while it waits for the model."""

    def __init__(self, engine: LlamaCpp, request: ChatRequest) -> None:
        self._calls = _Calls()
        self._steps = engine.answering(request, self._calls)

    def send(self, value: None) -> ChatChunk:
        return self._steps.send(value)

    def throw(self, *fault: Any) -> ChatChunk:
        return self._steps.throw(*fault)

    def close(self) -> None:
        self._steps.close()

    def interrupt(self) -> None:
        """Stop the model now. Whoever waits for the next chunk gets `Cancelled`. Any thread may call this."""
        self._calls.hang_up()


class _Calls:
    """The exchanges of one answer, one after the other; hanging up ends the one that runs and forbids the next."""

    source: LlamaProcess

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Call | None = None
        self._stopped = False

    def call(self) -> "closing[Call]":
        with self._lock:
            if self._stopped:
                raise Cancelled("The answer was stopped.")
            self._running = self.source.call()
            return closing(self._running)

    def hang_up(self) -> None:
        with self._lock:
            self._stopped = True
            if self._running is not None:
                self._running.hang_up()


def _prompt(messages: Sequence[Message], calls: _Calls) -> str:
    """The messages in the model's own template, up to where its answer begins."""
    with calls.call() as call:
        return str(call.whole("/apply-template", {"messages": list(plain(messages))})["prompt"])


def _healed(said: str) -> tuple[str, str]:
    """What was said, up to its last word, and that word with the white space around it.

    A model cannot go on from the middle of a token ("it is" + " a", but "it is " + "a", and "it is blu" + "e"), so it
    writes the last word once more, forced by a grammar, and that is dropped.
    """
    last = len(said.rstrip()) - len(said.split()[-1]) if said.split() else 0
    begun = said[:last].rstrip()
    return begun, said[len(begun) :]


def _without(owed: str, text: str) -> tuple[str, str]:
    """What of `text` is new, and what is still owed after it."""
    if owed.startswith(text):
        return "", owed[len(text) :]
    return text.removeprefix(owed), ""


def _body(request: ChatRequest, prompt: str, owed: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "prompt": prompt,
        "id_slot": CHAT_SLOT,
        "cache_prompt": True,
        "stream": True,
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        **_REPEATS,
        **_sampling(request.sampling),
    }
    if owed:
        body["grammar"] = f"%llguidance {{}}\nstart: {json.dumps(owed, ensure_ascii=False)} /(?s:.*)/"
    # A constraint starts at the beginning of the text; an answer that is already under way is only checked at its end.
    if request.schema is not None and not owed:
        body["json_schema"] = dict(request.schema)
    return body


def _sampling(sampling: Sampling) -> dict[str, Any]:
    told = {
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
    }
    return {name: value for name, value in told.items() if value is not None}


def _check_schema(request: ChatRequest, end: dict[str, Any], text: str) -> None:
    """llama.cpp drops a constraint that it cannot compile without a word, so what came is looked at.

    Not where the asker's own limits cut the answer: it says so itself.
    """
    if request.schema is None or end["stop_type"] in ("limit", "word"):
        return
    try:
        json.loads(text)
    except ValueError as fault:
        raise Malformed("The language model did not keep to the form it was asked for.") from fault


def _finished(event: dict[str, Any], model: str, left_out: int) -> Finished:
    reason: Literal["stop", "length"] = "length" if event["stop_type"] == "limit" else "stop"
    usage = {"prompt_tokens": event["tokens_evaluated"], "completion_tokens": event["tokens_predicted"]}
    if left_out:
        usage["left_out_tokens"] = left_out
    return Finished(reason, model, usage)

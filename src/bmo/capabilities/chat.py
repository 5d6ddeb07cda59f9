"""Chat: messages in, words and tool calls out as they come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Picture
from bmo.capabilities.provider import Patience, Provider, Stream
from bmo.core.errors import NotFound

PATIENCE = Patience(connect=1.5, first=3.0)
"""How long a chat is waited for when somebody else could answer: the first token within 3 s."""

TEMPERATURE = 0.6
"""Where nobody says another: lively, but to the point."""
USUAL = "bmo"
"""Asked for by this name, or by none, the first model answers, whatever its own name is."""

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for an action. Nothing has been done yet."""

    name: str
    arguments: Mapping[str, Any]
    """As the model wrote them; not yet validated."""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation."""

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Only on `assistant` messages: what it asked for."""
    tool_call_id: str = ""
    """Only on `tool` messages: whose result this is."""
    images: tuple[Picture, ...] = ()
    """Only on `user` messages: what goes with the words. A model that cannot see refuses them."""


@dataclass(frozen=True, slots=True)
class Tool:
    """An action as a model sees it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON schema of an object."""
    examples: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """Utterance and arguments, for models too small to choose without."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn, besides the temperature. None leaves it to whoever runs the model."""

    top_p: float | None = None
    """0 to 1: the smallest set of tokens with this probability together."""
    top_k: int | None = None
    """So many of the likeliest tokens."""
    seed: int | None = None
    """The same one gives the same answer, as far as the model's server can."""
    stop: tuple[str, ...] = ()
    """The answer ends before the first of these."""
    presence_penalty: float | None = None
    """-2 to 2, against tokens that occurred."""
    frequency_penalty: float | None = None
    """-2 to 2, against tokens for each time they occurred."""


PLAIN = Sampling()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What to answer, and within which limits."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Mapping[str, Any] | None = None
    """JSON schema that the whole answer must satisfy; None for free text."""
    continue_from: str = ""
    """Words already said by another provider: go on right after them, byte for byte, and do not repeat them."""
    max_tokens: int = 512
    temperature: float = TEMPERATURE
    sampling: Sampling = PLAIN
    context: int | None = None
    """Tokens that prompt and answer may have together; a model whose context was set at its start keeps to that."""
    model: str = ""
    """Which one of a server's models is to answer; see `NamedChats`."""
    must_call: bool = False
    """One of the tools has to be called, where the model can be made to."""
    likely_call: bool = False
    """One of the tools is very likely meant: a model too small to be asked about that calls the best one."""
    note: str = ""
    """What is true of this moment: when, where and who. It goes after the person's last words, see `noted`."""
    examples: tuple[tuple[str, str], ...] = ()
    """What somebody said and a good answer, for models too small to learn the tone from rules."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of the answer's text, usually one token."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last chunk of every complete answer; a stream that ends without it was cut."""

    reason: Literal["stop", "length", "tool_calls"]
    model: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    """Token counts: prompt_tokens, completion_tokens, where the model tells; left_out_tokens (about) where old turns
    were left out of the prompt on purpose."""


ChatChunk: TypeAlias = Words | ToolCall | Finished


def noted(messages: Sequence[Message], note: str) -> tuple[Message, ...]:
    """The messages with the note at the end of the person's last words: a cached prompt stays good up to there."""
    last = max((at for at, message in enumerate(messages) if message.role == "user"), default=-1)
    if not note or last < 0:
        return tuple(messages)
    with_note = replace(messages[last], text=f"{messages[last].text}\n\n({note})")
    return (*messages[:last], with_note, *messages[last + 1 :])


class Chat(Provider, Protocol):
    """Answers a conversation."""

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """Words and tool calls as they come, then exactly one `Finished`.

        Raises `Unavailable` (also in mid-stream) when another provider should be asked,
        `Refused` when the request itself is wrong.
        """


class ChainedChat:
    """Several chats that look like one; see `ContinuedChat` for answers that break in the middle."""

    name = "chat"

    def __init__(self, chain: Chain[Chat]) -> None:
        self._chain = chain

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """The chunks of whoever answers first. The chain's patience goes before the request's own."""
        return self._chain.stream(lambda chat, patience: chat.chat(replace(request, patience=patience)))


class NamedChats:
    """Several models that look like one: a request names the one it wants, and no name means the first."""

    def __init__(self, chats: Mapping[str, Chat], *, max_tokens: int | None = None, context: int | None = None) -> None:
        """`chats` by the model's name, at least one; the first is the usual one.

        `max_tokens`: new tokens at most, whatever a request asks for. `context`: tokens for requests that say nothing.
        """
        self._chats = dict(chats)
        self._usual = next(iter(self._chats.values()))
        self._max_tokens = max_tokens
        self._context = context
        self.name = self._usual.name

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """As `Chat.chat`. Raises `NotFound` for a name that is none of these."""
        chat = self._usual if request.model in ("", USUAL) else self._chats.get(request.model)
        if chat is None:
            raise NotFound(
                f"There is no model {request.model[:80]!r} here, but {', '.join(self._chats)}.", code="model_not_found"
            )
        return chat.chat(self._within(request))

    @property
    def alive(self) -> bool:
        """Whether none of them has died; a model that does not say lives."""
        return all(getattr(chat, "alive", True) for chat in self._chats.values())

    def close(self) -> None:
        """Let go of every model that is held."""
        for chat in self._chats.values():
            close: Callable[[], None] = getattr(chat, "close", lambda: None)
            close()

    def _within(self, request: ChatRequest) -> ChatRequest:
        most = request.max_tokens if self._max_tokens is None else min(request.max_tokens, self._max_tokens)
        return replace(request, max_tokens=most, context=request.context or self._context)

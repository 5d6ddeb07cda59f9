"""What a small model is given to read. Reading costs it ten milliseconds a token, so what it read before is reused.

The model keeps what it read last. A prompt that begins in the same way is read from where it differs; so the oldest
turns of a talk that it does not know (a server before it had led it) are left out rather than read.
"""

from collections.abc import Iterator, Sequence

from bmo.capabilities.chat import ChatRequest, Message

MOST_NEW = 600
"""Characters, about 150 tokens: what may have to be read before the first word, if leaving out old turns helps."""
_CHARACTERS = 4
"""Of a token, about."""
_RESULT = "{}\nTell me that in one short sentence."
"""What a tool's result looks like to a model that was never shown one."""


def known_first(request: ChatRequest, read: Sequence[Message]) -> tuple[Message, ...]:
    """The messages with the examples in front, and without as many of the oldest turns as have to go.

    `read` is what the model read last, its answer included. The person's last words always stay.
    """
    start = next((at for at, message in enumerate(request.messages) if message.role != "system"), 0)
    rules, talk = request.messages[:start], request.messages[start:]
    shown = [message for asked, said in request.examples for message in _exchange(asked, said)]
    turns = [0, *(at for at, message in enumerate(talk) if at and message.role == "user")]
    kept: tuple[Message, ...] = ()
    for turn in turns:
        kept = (*rules, *shown, *talk[turn:])
        if _new(kept, read) + len(request.continue_from) <= MOST_NEW:
            break
    return kept


def left_out_tokens(request: ChatRequest, kept: Sequence[Message]) -> int:
    """About how many tokens of a talk `known_first` left out, so that nobody takes it for a small context."""
    sent = sum(len(message.text) for message in request.messages)
    shown = sum(len(asked) + len(said) for asked, said in request.examples)
    return max(0, sent + shown - sum(len(message.text) for message in kept)) // _CHARACTERS


def plain(messages: Sequence[Message]) -> Iterator[dict[str, str]]:
    """Without tool calls, which a small model would only repeat; results become something the person says."""
    for message in messages:
        text = message.text.replace("<|", "< |")  # nobody but the template writes control tokens
        if message.role == "tool":
            yield {"role": "user", "content": _RESULT.format(text)}
        elif text or message.role != "assistant":
            yield {"role": message.role, "content": text}


def _exchange(asked: str, said: str) -> tuple[Message, Message]:
    return Message("user", asked), Message("assistant", said)


def _new(messages: Sequence[Message], read: Sequence[Message]) -> int:
    """Characters from the first message on that the model did not read."""
    same = 0
    while same < min(len(messages), len(read)) and _same(messages[same], read[same]):
        same += 1
    return sum(len(message.text) for message in messages[same:])


def _same(message: Message, read: Message) -> bool:
    """What is remembered of an answer may lack its beginning, such as a mood."""
    answered = message.role == "assistant" and read.text.strip().endswith(message.text.strip())
    return message.role == read.role and (answered or message.text == read.text)

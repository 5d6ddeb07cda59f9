"""Steps as sentences: what each would do now, and how a text falls into them."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from bmo.assistant.asking import deed
from bmo.assistant.intents import Command, Intents, Reading
from bmo.assistant.ranking import begins_an_order
from bmo.assistant.spelling import pieces
from bmo.assistant.tag_values import tag_of
from bmo.assistant.tongues import Tongues
from bmo.assistant.tools import requested
from bmo.capabilities.action import Action, Effect
from bmo.capabilities.steps import Checked, Step
from bmo.capabilities.turn import Tagged, TagKind
from bmo.core.errors import BmoError, NotFound, Refused

SHOWN: Mapping[TagKind, str] = MappingProxyType({"face": "my face", "led": "the light round my face", "sound": "sound"})
"""The tags that may be a step, and how people call them: what nobody has to say yes to."""
_TAG = re.compile(r"\[\s*(\w+)\s*:([^\[\]]+)\]")
KNOWN = 1_000
"""Sentences whose reading is kept: a page looks at all steps of all routines again and again."""
MOST_PIECES = 12
"""Where one line may be cut, plus one; a longer one is cut everywhere."""
_LINE = re.compile(r"[;\n]+")
_AROUND = " .,:;!?"


class Steps:
    """Implements `capabilities.steps.ReadsSteps` over the commands that BMO understands."""

    def __init__(self, intents: Intents | Tongues, actions: Callable[[], Sequence[Action]]) -> None:
        """`actions`: all that BMO can do now."""
        self._understand = lru_cache(KNOWN)(intents.understand)
        self._actions = actions

    def meant(self, step: Step) -> Command | Tagged:
        """The equally good readings of a step, or the tag that it is.

        Raises `NotFound` where BMO can do nothing of the kind now, and `Refused` where it is no step.
        """
        if step.action:
            return [requested(self._actions(), step.action, step.arguments)]
        if tag := _TAG.fullmatch(step.words.strip()):
            return _tag(*tag.groups())
        commands = self._understand(step.words)
        if not commands or any(readings[0].action.asks for readings in commands):
            raise NotFound("I cannot do that yet, or it needs other words.", code="no_step")
        if len(commands) > 1:
            raise Refused("That is more than one step: give each a line of its own.", code="several_steps")
        if commands[0][0].action.own_words:
            raise Refused("A step cannot make other steps.", code="no_step")
        return commands[0]

    def check(self, words: str) -> Checked:
        """As `ReadsSteps.check`."""
        try:
            meant = self.meant(Step(words=words))
        except BmoError as problem:
            return Checked(words, problem=problem.sentence)
        if isinstance(meant, Tagged):
            return Checked(words, f"{SHOWN[meant.kind]}: {meant.tag}")
        return Checked(words, deed(meant[0]), asks=meant[0].action.effect is Effect.DANGEROUS)

    def split(self, text: str) -> tuple[str, ...]:
        """As `ReadsSteps.split`. What nobody understands is a step, too: it may be understood some day."""
        return tuple(step for line in _LINE.split(text) for step in self._split(line.strip()) if step.strip(_AROUND))

    def _split(self, line: str) -> list[str]:
        spans, found, start = pieces(line), list[str](), 0
        if len(spans) > MOST_PIECES:
            return [line[begin:end].strip(_AROUND) for begin, end in spans]
        while start < len(spans):
            ends = [end for end in range(start + 1, len(spans) + 1) if self._one(line, spans, start, end)]
            own = (end for end in ends if end == len(spans) or self._begins(line, spans, end))
            end = next(own, max(ends, default=start + 1))
            found.append(_text(line, spans, start, end))
            start = end
        return found

    def _begins(self, line: str, spans: Sequence[tuple[int, int]], start: int) -> bool:
        """Whether a step begins here: something that is understood, or an order that may be some day."""
        return begins_an_order(_text(line, spans, start, len(spans))) or any(
            self._one(line, spans, start, end) for end in range(start + 1, len(spans) + 1)
        )

    def _one(self, line: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
        text = _text(line, spans, start, end)
        return bool(_TAG.fullmatch(text)) or len(self._understand(text)) == 1


def step_of(reading: Reading) -> Step:
    """What a model asked for, as a step with its literal arguments."""
    arguments = reading.arguments.model_dump(exclude_defaults=True)  # as Python has them: a length stays one
    return Step(words=deed(reading)[:300], action=reading.action.name, arguments=arguments)


def _text(line: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    return line[spans[start][0] : spans[end - 1][1]].strip(_AROUND)


def _tag(kind: str, value: str) -> Tagged:
    tagged = tag_of(kind, value)
    if tagged is None or tagged.kind not in SHOWN:
        raise Refused(f"As a step there are {', '.join(f'[{kind.upper()}:…]' for kind in SHOWN)}.", code="no_step")
    return tagged

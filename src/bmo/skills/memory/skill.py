"""Remember, recall, forget: what people say about their own memory."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told
from bmo.capabilities.wording import listed as joined
from bmo.core.errors import NotFound, Refused
from bmo.skills.memory.memory import Memory
from bmo.skills.memory.store import LONGEST, Fact
from bmo.skills.memory.telling import listed, turned

SAID = spoken(__package__)
MOST_TOLD = 5
"""Facts that a person can listen to."""
SIGN_IN = "For that I must be sure who you are: sign in on my page."
_NO_FACT = re.compile(
    r"(?:to|when|how|what|why|where|who|whether|if|me|us|it|this|them|him|her|everything|anything)\b", re.IGNORECASE
)
"""What follows "remember" where nothing is told: "remember to buy milk", "remember when we met"."""
_VERB = re.compile(r"\b(?:is|are|am|was|were|has|have|can|will|\w+s)\b", re.IGNORECASE)

Everything = Callable[[str], Mapping[str, int]]
"""What there is of a person, or was: how many of what."""


def _a_fact(value: str) -> str:
    text = re.sub(r"^that\s+", "", value.strip(" .,:;"), flags=re.IGNORECASE)
    words = text.split()
    if len(words) < 3 or _NO_FACT.match(text) or (words[0].casefold() == "the" and not _VERB.search(text)):
        raise ValueError("a fact is a whole sentence, such as: my locker code is 4312")
    return text


class Remember(BaseModel):
    """Arguments of `memory.remember` and `memory.propose`."""

    model_config = ConfigDict(extra="forbid")

    fact: Annotated[
        str, Field(max_length=LONGEST, description="in the person's words: my sister is Ada"), AfterValidator(_a_fact)
    ]


class Recall(BaseModel):
    """Arguments of `memory.recall`."""

    model_config = ConfigDict(extra="forbid")

    about: str = Field(default="", max_length=LONGEST, description="what about; empty for everything")


class Forget(BaseModel):
    """Arguments of `memory.forget`."""

    model_config = ConfigDict(extra="forbid")

    about: str = Field(min_length=1, max_length=LONGEST, description="what the facts are about")


class Accept(BaseModel):
    """Arguments of `memory.accept`."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1, lt=2**63)


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


def memory_skill(memory: Memory, known: Everything, forget_all: Everything) -> Skill:
    """`known` counts what there is of a person, `forget_all` deletes it; both in all of BMO."""
    return Skill(
        "memory",
        (
            _remember(memory),
            _recall(memory),
            _forget(memory),
            _propose(memory),
            _accept(memory),
            _delete_me(memory, known, forget_all),
        ),
    )


def _remember(memory: Memory) -> Action:
    def run(wanted: Remember, asked: Asked) -> Done:
        fact = memory.facts.add(memory.whose(asked), wanted.fact)
        return Done(_kept(fact), _data(fact), "happy")

    return Action(
        "memory.remember",
        "Remember a fact about the person, in their words.",
        Effect.CHANGES,
        Remember,
        run,
        SAID["memory.remember"],
        examples=(("remember that my locker code is 4312", {"fact": "my locker code is 4312"}),),
        cues=(
            "remember that",
            "remember my",
            "remember this",
            "keep in mind",
            "don't forget",
            "never forget",
            "note that",
            "slip mind",
            "hang on to",
            "hold on to",
            "file away",
            "your head",
            "memorize",
            "memorise",
            "learn by heart",
        ),
    )


def _recall(memory: Memory) -> Action:
    def run(wanted: Recall, asked: Asked) -> Done:
        facts = memory.about(memory.whose(asked), wanted.about.strip(" .?!"))
        told = listed([fact.text for fact in facts], MOST_TOLD)
        return Done(Told("You told me {facts}.", facts=told), {"facts": [_data(fact) for fact in facts[:50]]}, "happy")

    return Action(
        "memory.recall",
        "Tell what the person asked to remember.",
        Effect.READS,
        Recall,
        run,
        SAID["memory.recall"],
        outside=True,
        examples=(("what did I tell you about my locker?", {"about": "my locker"}),),
        cues=("remember", "told you", "tell you", "know about me", "keep in mind", "stored about"),
    )


def _forget(memory: Memory) -> Action:
    def question(wanted: Forget, asked: Asked) -> str:
        facts = memory.about(memory.whose(asked), wanted.about)
        return Told("Shall I forget {facts}?", facts=listed([fact.text for fact in facts], len(facts)))

    def run(wanted: Forget, asked: Asked) -> Done:
        person = memory.whose(asked)
        facts = memory.about(person, wanted.about)
        gone = memory.facts.remove(person, [fact.id for fact in facts])
        return Done("Okay, that is forgotten.", {"forgotten": gone})

    return Action(
        "memory.forget",
        "Forget what the person told about something.",
        Effect.DANGEROUS,
        Forget,
        run,
        SAID["memory.forget"],
        question=question,
        examples=(("forget what I told you about my locker", {"about": "my locker"}),),
        cues=("forget what", "forget about", "forget that", "forget my", "forget said", "delete fact"),
    )


def _propose(memory: Memory) -> Action:
    def run(wanted: Remember, asked: Asked) -> Done:
        fact = memory.facts.add(memory.whose(asked), wanted.fact, proposed=True)
        if not fact.proposed:
            return Done("I remember that already.", _data(fact))
        asks = Told("Shall I remember that {turned}?", turned=turned(fact.text), fact=fact.text)
        return Done(asks, {**_data(fact), "expects": Told("accept proposal {number}", number=fact.id)})

    return Action(
        "memory.propose",
        "Ask the person whether to remember something they said about themselves.",
        Effect.READS,  # nothing is known before the person's yes
        Remember,
        run,
        examples=(("My favourite colour is green.", {"fact": "my favourite colour is green"}),),
        cues=("my favourite", "my favorite", "my birthday", "allergic", "my name is", "i live in"),
        hears=True,
    )


def _accept(memory: Memory) -> Action:
    def run(wanted: Accept, asked: Asked) -> Done:
        fact = memory.facts.accept(memory.whose(asked), wanted.number)
        return Done(_kept(fact), _data(fact), "happy")

    return Action(
        "memory.accept",
        "Remember what was proposed.",
        Effect.CHANGES,
        Accept,
        run,
        SAID["memory.accept"],
    )


def _delete_me(memory: Memory, known: Everything, forget_all: Everything) -> Action:
    def sure(asked: Asked) -> str:
        if not asked.person or not asked.device.startswith("session "):  # a voice can be imitated, a program misled
            raise Refused(SIGN_IN, code="sign_in_first")
        return memory.whose(asked)

    def question(_: Nothing, asked: Asked) -> str:
        person = sure(asked)
        there = in_numbers(known(person))
        if not there:
            raise NotFound(Told("I keep nothing about you, {person}.", person=person), code="nothing_kept")
        template = "Shall I delete everything about you, {person}: {there}? It cannot be brought back."
        return Told(template, person=person, there=there)

    def run(_: Nothing, asked: Asked) -> Done:
        gone = forget_all(sure(asked))
        told = in_numbers(gone)
        said = Told("I deleted everything about you: {there}.", there=told) if told else "I kept nothing about you."
        return Done(said, {"deleted": dict(gone), "conversation_over": True})

    return Action(
        "memory.delete_me",
        "Delete everything that is kept about the person who asks.",
        Effect.DANGEROUS,
        Nothing,
        run,
        SAID["memory.delete_me"],
        question=question,
        cues=("everything about me", "my data"),
    )


def _kept(fact: Fact) -> Told:
    return Told("Okay, I will remember that {turned}.", turned=turned(fact.text), fact=fact.text)


def in_numbers(counts: Mapping[str, int]) -> Told:
    """ "3 facts, 1 summary": what is none is left out; empty for nothing at all."""
    some = [(count, what if count != 1 else _one(what)) for what, count in counts.items() if count]
    return joined([Told(f"{{count}} {what}", count=count) for count, what in some])


def _one(what: str) -> str:
    head, of, rest = what.partition(" of ")
    return (f"{head.removesuffix('ies')}y" if head.endswith("ies") else head.removesuffix("s")) + of + rest


def _data(fact: Fact) -> dict[str, object]:
    return {"id": fact.id, "fact": fact.text}

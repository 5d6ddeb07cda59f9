"""What people can say about timers. The timers themselves are in `timers`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told, listed
from bmo.skills.durations import ENGLISH, Duration, is_amount, is_length, parse_duration, say_duration
from bmo.skills.timers.timer import NAME_LENGTH, Timer
from bmo.skills.timers.timers import Timers

SAID = spoken(__package__)
_ARTICLES = {"a", "an", "the", "my", "our", "another", "new"}
_PREPOSITIONS = {"on", "for", "of", "in", "to"}
_COMMANDS = {"timer", "timers", "set", "start", "cancel"}
_TOLD = {"i", "you", "he", "she", "we", "they", "is", "was", "has", "had", "said", "says", "not", "never", "no"}
"""Words of a sentence that tells something; no name has them."""
_UNFINISHED = {"and", "or", "a", "an", "the", "my", "for", "of", "to", "in", "at", "on"}
_LENGTH = re.compile(r"\b(?:seconds|minutes|hours)\b|\d ?(?:min|sec|hr)\b", re.IGNORECASE)
LONGEST_LENGTH = 5
"""Words of a length that BMO does not understand but recognises as one."""
_UNITS = re.compile(r"\b(?:\d+|seconds?|minutes?|hours?|days?|years?)\b")


def _language(info: ValidationInfo) -> str:
    return str((info.context or {}).get("language", ENGLISH))


def _name(value: str, info: ValidationInfo) -> str:
    """A name is a few words; a wildcard that swallowed half a command, or a number, is not one."""
    words = value.split()
    while words and words[0].casefold() in _ARTICLES:
        words.pop(0)
    plain = [word.casefold().strip(".,") for word in words]
    if (_COMMANDS | _TOLD) & set(plain) or _PREPOSITIONS & set(plain[:1]) or _UNFINISHED & set(plain[-1:]):
        raise ValueError("this is a command, not a timer's name")
    if is_amount(" ".join(plain), _language(info)) or _LENGTH.search(value):
        raise ValueError("a timer's name is neither a number nor a length")
    return " ".join(words)


def _which(value: str, info: ValidationInfo) -> str:
    """Its name, or its length in English words, whatever the language: "10 minutes"."""
    words = value.split()
    while words and words[0].casefold() in _PREPOSITIONS | _ARTICLES:
        words.pop(0)
    meant = " ".join(words)
    if value and not meant:
        raise ValueError("this names no timer")
    if meant.casefold() == "timers" or meant.isdecimal() or is_length(meant):
        return meant
    if is_length(meant, language := _language(info)):
        return say_duration(parse_duration(meant, language))
    return _name(meant, info)


def _no_length(value: str, info: ValidationInfo) -> str:
    """ "Ten to fifteen minutes" is no name: the length was said in a way that BMO has to ask back for."""
    words = value.casefold().split()
    if not _UNITS.search(value.casefold()):
        return _name(value, info)
    if len(words) > LONGEST_LENGTH or "and" in words:  # more is being said than a length
        raise ValueError("this is a command, not a length")
    return ""


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_timedelta="float")


Which = Annotated[str, AfterValidator(_which), Field(max_length=80, description="its name, or all, or empty")]


class SetTimer(_Arguments):
    """Arguments of `timer.set`."""

    duration: Duration
    name: Annotated[str, AfterValidator(_name), Field(max_length=NAME_LENGTH, description="what it is for")] = ""


class NewTimer(_Arguments):
    """Arguments of `timer.ask`: a timer whose length was not said."""

    name: Annotated[str, AfterValidator(_no_length), Field(max_length=NAME_LENGTH)] = ""


class ExtendTimer(_Arguments):
    """Arguments of `timer.add`."""

    duration: Duration
    which: Which = ""


class WhichTimer(_Arguments):
    """Arguments of the actions on a timer that exists."""

    which: Which = ""


class NoArguments(_Arguments):
    """For actions that need none."""


def timers_skill(timers: Timers) -> Skill:
    """The actions on these timers."""
    return Skill("timers", tuple(build(timers) for build in (_set, _ask, _list, _left, _cancel, _add, _stop)))


def _set(timers: Timers) -> Action:
    def run(wanted: SetTimer, asked: Asked) -> Done:
        timer = timers.set(wanted.duration, wanted.name, asked)
        length = say_duration(wanted.duration)
        named = timer.name[:1].upper() + timer.name[1:]
        template = "{name} timer set for {length}." if named else "Timer set for {length}."
        return Done(Told(template, name=named, length=length), {"timer": told(timer)}, "happy")

    return Action(
        "timer.set",
        "Start a timer.",
        Effect.CHANGES,
        SetTimer,
        run,
        SAID["timer.set"],
        examples=(
            ("set a timer for five minutes", {"duration": {"amount": 5, "unit": "minutes"}}),
            ("rice takes eleven minutes, time it", {"duration": {"amount": 11, "unit": "minutes"}, "name": "rice"}),
        ),
        cues=("set timer", "start timer", "need timer", "want timer", "put timer", "timer minutes", "timer hour",
              "second", "minute", "half hour", "quarter hour", "two hours", "hours"),
    )  # fmt: skip


def _ask(_: Timers) -> Action:
    def run(wanted: NewTimer, _asked: Asked) -> Done:
        template = "set a {name} timer for" if wanted.name else "set a timer for"
        return Done("For how long?", {"expects": Told(template, name=wanted.name)}, "thinking")

    says = "Ask how long a timer shall run."
    return Action("timer.ask", says, Effect.READS, NewTimer, run, SAID["timer.ask"], asks=True)


def _list(timers: Timers) -> Action:
    def run(_: NoArguments, _asked: Asked) -> Done:
        return Done(_all_left(timers.all()), {"timers": [told(timer) for timer in timers.all()]})

    return Action(
        "timer.list",
        "Say which timers are running.",
        Effect.READS,
        NoArguments,
        run,
        SAID["timer.list"],
        examples=(("what timers are running", {}),),
        cues=(
            "what timers",
            "which timers",
            "list timers",
            "any timers",
            "many timers",
            "all timers",
            "every timer",
            "what counting down",
            "all counting down",
            "every countdown",
            "all countdowns",
            "which countdowns",
        ),
    )


def _left(timers: Timers) -> Action:
    def run(wanted: WhichTimer, _asked: Asked) -> Done:
        found = timers.find(wanted.which) if wanted.which else timers.all()
        return Done(_all_left(found), {"timers": [told(timer) for timer in found]})

    return Action(
        "timer.left",
        "Say how long a timer still has.",
        Effect.READS,
        WhichTimer,
        run,
        SAID["timer.left"],
        examples=(("how long is left on the pasta timer", {"which": "pasta"}),),
        cues=(
            "long timer",
            "left timer",
            "when timer",
            "time left",
            "timer done",
            "longer timer",
            "still timer",
            "long counting down",
            "longer counting down",
            "left countdown",
            "when countdown",
            "still countdown",
            "countdown done",
            "countdown over",
            "is countdown",
        ),
    )


def _cancel(timers: Timers) -> Action:
    def run(wanted: WhichTimer, _asked: Asked) -> Done:
        gone = timers.cancel(wanted.which)
        template = "The {timer} is cancelled." if len(gone) == 1 else "All {count} timers are cancelled."
        sentence = Told(template, timer=gone[0].title, count=len(gone))
        return Done(sentence, {"timers": [told(timer) for timer in gone]})

    return Action(
        "timer.cancel",
        "Take a timer away before it rings.",
        Effect.CHANGES,
        WhichTimer,
        run,
        SAID["timer.cancel"],
        examples=(("cancel the pasta timer", {"which": "pasta"}), ("cancel all timers", {"which": "all"})),
        cues=(
            "cancel timer",
            "delete timer",
            "remove timer",
            "clear timer",
            "forget timer",
            "off timer",
            "stop timer",
            "rid timer",
            "cancel countdown",
            "stop counting",
            "stop countdown",
            "off countdown",
            "need counting down",
            "need countdown",
            "need timer",
        ),
    )


def _add(timers: Timers) -> Action:
    def run(wanted: ExtendTimer, _asked: Asked) -> Done:
        timer = timers.extend(wanted.which, wanted.duration)
        left = say_duration(timedelta(seconds=timer.left))
        sentence = Told("The {timer} now has {length} left.", timer=timer.title, length=left)
        return Done(sentence, {"timer": told(timer)})

    return Action(
        "timer.add",
        "Let a timer run longer.",
        Effect.CHANGES,
        ExtendTimer,
        run,
        SAID["timer.add"],
        examples=(
            ("add two minutes to the pasta timer", {"duration": {"amount": 2, "unit": "minutes"}, "which": "pasta"}),
        ),
        cues=(
            "add timer",
            "extend timer",
            "longer timer",
            "more timer",
            "another countdown",
            "longer countdown",
            "add countdown",
            "more countdown",
            "snooze",
        ),
    )


def _stop(timers: Timers) -> Action:
    def run(_: NoArguments, _asked: Asked) -> Done:
        stopped = timers.stop()
        return Done("Okay.", {"timers": [told(timer) for timer in stopped]})

    return Action(
        "timer.stop",
        "Silence the timer that rings.",
        Effect.CHANGES,
        NoArguments,
        run,
        SAID["timer.stop"],
        examples=(("stop the alarm", {}),),
        cues=("stop alarm", "stop ringing", "silence alarm", "off alarm"),
        interrupts=True,
    )


def told(timer: Timer) -> dict[str, object]:
    """A timer as JSON for programs and the page."""
    return {
        "id": timer.id,
        "name": timer.name,
        "seconds": timer.seconds,
        "left": round(timer.left, 3),
        "state": timer.state,
        "due": timer.due.isoformat(),
    }


def _all_left(timers: tuple[Timer, ...]) -> str:
    if not timers:
        return "No timer is running."
    parts, more = [_left_of(timer) for timer in timers[:5]], len(timers) - 5
    if more > 0:
        return Told("{listed}, and {count} more.", listed=listed(parts, last=", "), count=more).capital()
    return Told("{listed}.", listed=listed(parts)).capital()


def _left_of(timer: Timer) -> Told:
    if timer.state == "ringing":
        return Told("the {timer} is ringing", timer=timer.title)
    length = say_duration(timedelta(seconds=max(1.0, timer.left)))
    return Told("the {timer} has {length} left", timer=timer.title, length=length)

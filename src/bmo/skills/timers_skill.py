"""What people can say about timers. The timers themselves are in `timers`."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.skills.durations import Duration, say_duration
from bmo.skills.timer import NAME_LENGTH, Timer
from bmo.skills.timers import Timers


def _name(value: str) -> str:
    """A name is a few words; a wildcard that swallowed half a sentence is not one."""
    words = [word for word in value.split() if word.casefold() not in {"a", "an", "the", "my", "another", "new"}]
    if {"timer", "timers"} & {word.casefold().strip(".,") for word in words}:
        raise ValueError("a timer's name has no timer in it")
    return " ".join(words)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetTimer(_Arguments):
    """Arguments of `timer.set`."""

    duration: Duration
    name: Annotated[str, AfterValidator(_name), Field(max_length=NAME_LENGTH, description="what it is for")] = ""


class ExtendTimer(_Arguments):
    """Arguments of `timer.add`."""

    duration: Duration
    which: Annotated[str, Field(max_length=80, description="its name, or empty")] = ""


class WhichTimer(_Arguments):
    """Arguments of the actions on a timer that exists."""

    which: Annotated[str, Field(max_length=80, description="its name, or all, or empty")] = ""


class NoArguments(_Arguments):
    """For actions that need none."""


_SET = "(set|sets|said|start|make|create|begin|add|put on|give me|do|run|get|have|use|need|want)"
_A = "[up] [me] [a|an|another|the|my|one|new|a new]"
_TIMER = "(timer|time her|alarm timer)"
_CANCEL = "(cancel|delete|remove|kill|stop|clear|end|turn off|switch off|get rid of|dismiss|forget|drop)"
_THE = "[the|my|our|that|this]"

SET_SENTENCES = (
    f"{_SET} {_A} {_TIMER} [for|of|to|at|with] {{duration}} [from now]",
    f"{_SET} {_A} {_TIMER} [for|of] {{duration}} (called|named|labeled|labelled|for|to) [the|my] {{name}}",
    f"{_SET} {_A} {{name}} {_TIMER} (for|of|to) {{duration}} [from now]",
    f"{_SET} {_A} {{duration}} {_TIMER}",
    f"{_SET} {_A} {{duration}} {_TIMER} (called|named|labeled|labelled|for|to) [the|my] {{name}}",
    f"{_SET} {_A} {{duration}} {{name}} {_TIMER}",
    f"{_SET} {_A} {_TIMER} (called|named|labeled|labelled|for) [the|my] {{name}} (for|of|to) {{duration}}",
    f"[a|an|another] {_TIMER} [for|of] {{duration}}",
    f"[a|an|another] {_TIMER} [for|of] {{duration}} (called|named|for) [the|my] {{name}}",
    f"[a|an|another] {{duration}} {_TIMER}",
    f"[a|an|another] {{duration}} {_TIMER} (called|named|for) [the|my] {{name}}",
    f"[a|an|another] {{duration}} {{name}} {_TIMER}",
    "set {duration} [on the clock]",
    "(set|start) a time for {duration}",
    "(start|do|set) [a|the] {duration} count[ ]down",
    "[start] count[ing] down [from] {duration}",
    "time {duration}",
    "wake me [up] in {duration}",
    "(tell|remind|call|beep|alert|ping) me in {duration}",
    "let me know (in|when|after) {duration} [(is|are|have|has) (up|over|passed|gone)]",
    "(tell|alert) me (when|after) {duration} [(is|are|have|has) (up|over|passed|gone)]",
    "remind me in {duration} (to|about) [the|my] {name}",
    "remind me (to|about) [the|my] {name} in {duration}",
    "in {duration} remind me (to|about) [the|my] {name}",
)
LIST_SENTENCES = (
    "(what|which) timers (are|do i have|have i|did i set|are there) [there|running|set|on|active|going] [right now]",
    "(do i have|are there|have i|have i got|is there) [any|a] (timer|timers) [running|set|on|active|going]",
    "(list|show|read|tell me|name) [me] [all] [of] [the|my] [running|active] timers",
    "how many timers (are|do i have|have i) [there|running|set|on]",
    "[what are] my timers",
    "timers",
)
LEFT_SENTENCES = (
    "how (long|much time|much longer|many minutes) (is|have i|do i have|does it have|has it) [got] [left]",
    f"how (long|much time|much longer|much) [time] [is] (left|remaining|to go|more) [on|for|in|of] [{_THE}] {_TIMER}",
    f"how (long|much time|much longer|much) [time] [is] (left|remaining|to go) (on|for|in|of|until) {_THE} {{which}}",
    f"how (long|much time|much) [is] (left|remaining|to go|does|has) {_THE} {{which}} {_TIMER} [have] [got] [left]",
    f"how (long|much time|much longer) (until|till|before|for) {_THE} [{{which}}] {_TIMER} [rings|goes off|ends]",
    "how (long|much time|much longer) [is] (left|remaining)",
    f"when (is|does|will) {_THE} [{{which}}] {_TIMER} (ring|go off|done|up|end|over|finish|finished|be done|be up)",
    f"(check|what about|whats|show|read) {_THE} {{which}} {_TIMER}",
    f"(check|show|read|hows) {_THE} {_TIMER}",
    f"(whats|what is) left (on|of) {_THE} [{{which}}] {_TIMER}",
    f"(is|are) {_THE} [{{which}}] {_TIMER} (done|still running|still on|running|over|finished|up|ringing) [yet]",
)
CANCEL_SENTENCES = (
    f"{_CANCEL} {_THE} {_TIMER}",
    f"{_CANCEL} {_THE} {{which}} {_TIMER}",
    f"{_CANCEL} {_THE} {_TIMER} (called|named|for|of) [the|my] {{which}}",
    f"{_CANCEL} {{all:which}} [of] [the|my|our] timers",
    f"{_CANCEL} [the|my|our] timers",
)
ADD_SENTENCES = (
    f"add [another] {{duration}} [more] to {_THE} {_TIMER}",
    f"add [another] {{duration}} [more] to {_THE} {{which}} {_TIMER}",
    f"(extend|increase|lengthen|prolong) {_THE} [{{which}}] {_TIMER} (by|for) {{duration}}",
    f"(give|put) [another] {{duration}} more (on|to) {_THE} [{{which}}] {_TIMER}",
    f"give {_THE} [{{which}}] {_TIMER} [another] {{duration}} [more]",
    "snooze [it|the alarm|the timer] [for] {duration}",
    "{duration} more",
)
STOP_SENTENCES = (
    "stop [it|that] [now]",
    "(stop|silence|quiet|mute|dismiss|shut off|turn off|switch off|end) [the|that] "
    "(alarm|ringing|beeping|buzzing|noise|sound|ring|bell|timer|it)",
    "(turn|switch|shut) (it|that|the alarm|the timer) off",
    "(im|i am) (up|awake)",
    "(i heard you|i heard it|i got it|got it|enough|thats enough)",
)


def timers_skill(timers: Timers) -> Skill:
    """The actions on these timers."""
    return Skill("timers", tuple(build(timers) for build in (_set, _list, _left, _cancel, _add, _stop)))


def _set(timers: Timers) -> Action:
    def run(wanted: SetTimer, asked: Asked) -> Done:
        timer = timers.set(wanted.duration, wanted.name, asked)
        length = say_duration(wanted.duration)
        sentence = f"{_capital(timer.name)} timer set for {length}." if timer.name else f"Timer set for {length}."
        return Done(sentence, {"timer": told(timer)}, "happy")

    return Action(
        "timer.set",
        "Start a timer.",
        Effect.CHANGES,
        SetTimer,
        run,
        SET_SENTENCES,
        examples=(
            ("set a timer for five minutes", {"duration": {"amount": 5, "unit": "minutes"}}),
            ("rice takes eleven minutes, time it", {"duration": {"amount": 11, "unit": "minutes"}, "name": "rice"}),
        ),
        cues=("set timer", "start timer", "need timer", "want timer", "put timer", "timer minutes", "timer hour",
              "remind minutes", "remind hour", "wake minutes", "wake hour", "time minutes", "count down"),
    )  # fmt: skip


def _list(timers: Timers) -> Action:
    def run(_: NoArguments, _asked: Asked) -> Done:
        return Done(_all_left(timers.all()), {"timers": [told(timer) for timer in timers.all()]})

    return Action(
        "timer.list",
        "Say which timers are running.",
        Effect.READS,
        NoArguments,
        run,
        LIST_SENTENCES,
        examples=(("what timers are running", {}),),
        cues=("what timers", "which timers", "list timers", "any timers", "many timers"),
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
        LEFT_SENTENCES,
        examples=(("how long is left on the pasta timer", {"which": "pasta"}),),
        cues=("long timer", "left timer", "when timer", "time left", "timer done"),
    )


def _cancel(timers: Timers) -> Action:
    def run(wanted: WhichTimer, _asked: Asked) -> Done:
        gone = timers.cancel(wanted.which)
        sentence = f"The {gone[0].title} is cancelled." if len(gone) == 1 else f"All {len(gone)} timers are cancelled."
        return Done(sentence, {"timers": [told(timer) for timer in gone]})

    return Action(
        "timer.cancel",
        "Take a timer away before it rings.",
        Effect.CHANGES,
        WhichTimer,
        run,
        CANCEL_SENTENCES,
        lists={"all": ("all", "every", "both", "each")},
        examples=(("cancel the pasta timer", {"which": "pasta"}), ("cancel all timers", {"which": "all"})),
        cues=("cancel timer", "delete timer", "remove timer", "clear timer", "forget timer", "off timer", "stop timer"),
    )


def _add(timers: Timers) -> Action:
    def run(wanted: ExtendTimer, _asked: Asked) -> Done:
        timer = timers.extend(wanted.which, wanted.duration)
        left = say_duration(timedelta(seconds=timer.left))
        return Done(f"The {timer.title} now has {left} left.", {"timer": told(timer)})

    return Action(
        "timer.add",
        "Let a timer run longer.",
        Effect.CHANGES,
        ExtendTimer,
        run,
        ADD_SENTENCES,
        examples=(
            ("add two minutes to the pasta timer", {"duration": {"amount": 2, "unit": "minutes"}, "which": "pasta"}),
        ),
        cues=("add timer", "extend timer", "longer timer", "more timer", "snooze"),
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
        STOP_SENTENCES,
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
    parts = [f"the {timer.title} {_left_of(timer)}" for timer in timers[:5]]
    more = f", and {len(timers) - 5} more" if len(timers) > 5 else ""
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{',' if more else ' and'} {parts[-1]}"
    return _capital(f"{listed}{more}.")


def _left_of(timer: Timer) -> str:
    if timer.state == "ringing":
        return "is ringing"
    return f"has {say_duration(timedelta(seconds=max(1.0, timer.left)))} left"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""What of all the models fits a machine, what to take there, and where a model that does not fit would."""

from dataclasses import dataclass

from bmo.ai_server.planner.arithmetic import ANSWER, Configuration, judge, longest_context, tokens_per_second
from bmo.ai_server.planner.machines import MACHINES, Machine
from bmo.ai_server.planner.models import CHAT, SETS, ChatModel, helpers

USUAL_CONTEXT = 32_768
ENOUGH = 8_192
"""Tokens of context below which a smaller model with more context serves better."""
_SLOWEST = 3.5
"""Tokens a second that can still be talked with: about as fast as people speak."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One model on one machine."""

    chat: ChatModel
    contexts: dict[str, int]
    """The longest context that fits beside each set of helpers; 0: it does not fit."""
    speed: float
    """Tokens a second; 0 when it does not fit at all, or nobody said how fast the memory is."""

    @property
    def seconds(self) -> float:
        """For an answer of 100 tokens once the question is read; 0 when unknown."""
        return ANSWER / self.speed if self.speed else 0.0


def tiers(machine: Machine, context: int = USUAL_CONTEXT) -> list[Tier]:
    """Every model, the largest first."""
    return [_tier(chat, machine, context) for chat in CHAT]


def best(machine: Machine, context: int = USUAL_CONTEXT) -> tuple[Configuration, str] | None:
    """The largest model that has enough context beside the best set of helpers that this machine can hold, and that
    is not too slow to talk to; with the set's name. None when nothing fits."""
    for beside in SETS:
        for tier in tiers(machine, context):
            enough = tier.contexts[beside] >= min(context, ENOUGH)
            if enough and (not machine.bandwidth or tier.speed >= _SLOWEST):
                return Configuration(tier.chat, tier.contexts[beside], helpers(beside)), beside
    return None


def instead(wanted: Configuration, machine: Machine) -> list[str]:
    """What to do about a configuration that does not fit: sentences, the nearest way first."""
    ways = []
    shorter = longest_context(wanted.chat, wanted.beside, machine, wanted.context)
    if shorter:
        ways.append(f"{wanted.chat.name} fits here with a context of {shorter:,} tokens.")
    elif alone := max(_beside(wanted.chat, machine, wanted.context).values()):
        ways.append(f"{wanted.chat.name} fits here with less beside it and a context of {alone:,} tokens.")
    if found := best(machine, min(wanted.context, USUAL_CONTEXT)):
        chosen, _ = found
        names = " + ".join(helper.title for helper in chosen.beside) or "nothing"
        ways.append(f"What this machine does well: {chosen.chat.name} with {chosen.context:,} tokens beside {names}.")
    larger = [one.name for one in MACHINES if one != machine and judge(wanted, one).fits]
    if larger:
        ways.append(f"As it was asked for, it fits {', '.join(larger)}.")
    return ways


def _tier(chat: ChatModel, machine: Machine, context: int) -> Tier:
    contexts = _beside(chat, machine, context)
    return Tier(chat, contexts, tokens_per_second(chat, machine) if any(contexts.values()) else 0.0)


def _beside(chat: ChatModel, machine: Machine, context: int) -> dict[str, int]:
    most = min(context, chat.longest)
    return {name: longest_context(chat, helpers(name), machine, most) for name in SETS}

"""The sums: what a configuration needs, whether it fits, and how fast it can be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bmo.ai_server.planner.machines import Machine
from bmo.ai_server.planner.models import ChatModel, Helper

Where = Literal["VRAM", "RAM"]

CUDA_CONTEXT = 500_000_000
"""Bytes that each process takes on a GPU before and beside its models: context, kernels, work buffers. An estimate."""
CPU_BUFFERS = 300_000_000
"""Bytes llama.cpp works in on a processor. An estimate."""
SHARE_OF_BANDWIDTH = 0.6
"""Of the stated bandwidth that generating reaches: published runs of llama.cpp lie between 0.5 (Gemma 3 4B) and 0.7 (an
8B model) on an RTX 3090, and a Raspberry Pi 5 sustains 11.4 of its 17.1 GB/s."""
TALKED = 2_000
"""Tokens of conversation that every new token looks back on."""
ANSWER = 100
"""Tokens of the answer whose time is told."""
PROMISED: dict[Where, tuple[float, float]] = {"VRAM": (3.0, 5.0), "RAM": (8.0, 15.0)}
"""Seconds an answer takes by BMO's description, on a GPU and on a Raspberry Pi."""
LADDER = (131_072, 65_536, 32_768, 16_384, 8_192, 4_096, 2_048)
"""Contexts that are tried, in tokens."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is to run together."""

    chat: ChatModel
    context: int
    """Tokens."""
    beside: tuple[Helper, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sum."""

    what: str
    bytes: int
    where: Where


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a configuration fits, with the sum it comes from."""

    items: tuple[Item, ...]
    room: dict[Where, int]
    """Bytes there are."""
    obstacle: str
    """Why it cannot run, in a sentence; empty when it can."""

    @property
    def fits(self) -> bool:
        return not self.obstacle

    def needed(self, where: Where) -> int:
        """Bytes in all."""
        return sum(item.bytes for item in self.items if item.where == where)


def judge(wanted: Configuration, machine: Machine) -> Verdict:
    """Add everything up. With a GPU the chat lies there whole: layers left in main memory make it many times slower."""
    items = tuple(_items(wanted, machine))
    room: dict[Where, int] = {"VRAM": machine.vram, "RAM": machine.ram}
    return Verdict(items, room, _obstacle(wanted, machine, items, room))


def longest_context(chat: ChatModel, beside: tuple[Helper, ...], machine: Machine, most: int) -> int:
    """Tokens: `most`, or the longest of the ladder below that fits; 0 when none does."""
    tried = [most, *(context for context in LADDER if context < most)]
    for context in tried:
        if context <= chat.longest and judge(Configuration(chat, context, beside), machine).fits:
            return context
    return 0


def tokens_per_second(chat: ChatModel, machine: Machine) -> float:
    """Every token reads all weights and the keys and values so far once, so memory decides. 0 when nobody said how fast
    it is."""
    return SHARE_OF_BANDWIDTH * machine.bandwidth / (chat.read_per_token + chat.kv_bytes(TALKED))


def _items(wanted: Configuration, machine: Machine) -> Iterator[Item]:
    place: Where = "VRAM" if machine.vram else "RAM"
    yield Item(f"{wanted.chat.title} Q4_K_M", wanted.chat.weights, place)
    yield Item(f"its keys and values at {wanted.context:,} tokens", wanted.chat.kv_bytes(wanted.context), place)
    for helper in wanted.beside:
        if helper.vram:
            yield Item(helper.title, helper.vram, "VRAM")
        yield Item(f"{helper.title}, in main memory" if helper.vram else helper.title, helper.ram, "RAM")
    if machine.vram:
        for process in sorted({"Ollama", *(helper.process for helper in wanted.beside if helper.vram)}):
            yield Item(f"CUDA context of {process}", CUDA_CONTEXT, "VRAM")
    else:
        yield Item("work buffers of the chat", CPU_BUFFERS, "RAM")
    yield Item("system and BMO's programs", machine.reserved, "RAM")


def _obstacle(wanted: Configuration, machine: Machine, items: tuple[Item, ...], room: dict[Where, int]) -> str:
    if wanted.context > wanted.chat.longest:
        return f"{wanted.chat.title} was made for {wanted.chat.longest:,} tokens, not for {wanted.context:,}."
    needs_gpu = [helper.title for helper in wanted.beside if helper.vram]
    if needs_gpu and not machine.vram:
        return f"{' and '.join(needs_gpu)} need a GPU, and this machine has none."
    for where in room:
        needed = sum(item.bytes for item in items if item.where == where)
        if needed > room[where]:
            sum_of = " + ".join(f"{item.bytes / 1e9:.1f}" for item in items if item.where == where)
            return (
                f"It needs {needed / 1e9:.1f} GB of {where} ({sum_of}), "
                f"{(needed - room[where]) / 1e9:.1f} GB more than the {room[where] / 1e9:.1f} GB there are."
            )
    return ""

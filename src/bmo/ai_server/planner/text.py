"""The plan as people read it, and as programs do."""

from collections.abc import Iterator
from typing import Any

from bmo.ai_server.planner.arithmetic import (
    ANSWER,
    PROMISED,
    SHARE_OF_BANDWIDTH,
    Configuration,
    Verdict,
    Where,
    tokens_per_second,
)
from bmo.ai_server.planner.machines import Machine
from bmo.ai_server.planner.models import SETS, helpers
from bmo.ai_server.planner.tiers import Tier


def machine_line(machine: Machine) -> str:
    """Its name and sizes."""
    memory = f"{_gb(machine.vram)} GB of VRAM, " if machine.vram else "no GPU, "
    speed = f", {machine.bandwidth / 1e9:g} GB/s" if machine.bandwidth else ""
    return f"{machine.name} ({machine.title}): {memory}{_gb(machine.ram)} GB of RAM{speed}"


def tier_lines(machine: Machine, found: list[Tier], context: int) -> Iterator[str]:
    """The table of a machine: a row per model, with the longest context that fits beside each set of helpers."""
    yield machine_line(machine)
    yield (
        f"  {'model (Q4_K_M)':<16}{'weights':>9}{f'KV at {context:,}':>14}{'full':>10}{'small':>10}{'alone':>10}"
        f"{'tokens/s':>10}{f'{ANSWER} tokens':>12}"
    )
    for tier in found:
        at = min(context, tier.chat.longest)
        cells = "".join(f"{f'{tier.contexts[name]:,}' if tier.contexts[name] else 'no':>10}" for name in SETS)
        speed = f"{tier.speed:>10.1f}{tier.seconds:>10.1f} s" if tier.speed else f"{'-':>10}{'-':>12}"
        yield (
            f"  {tier.chat.name:<16}{_gb(tier.chat.weights):>6} GB{_gb(tier.chat.kv_bytes(at)):>11} GB{cells}{speed}"
        )


def legend() -> Iterator[str]:
    """What the columns mean."""
    for name, called in (("full", "full: "), ("small", "small:")):
        yield f"  {called} the longest context beside {', '.join(helper.title for helper in helpers(name))}"
    yield f"  tokens/s: at most, at {SHARE_OF_BANDWIDTH:.0%} of the bandwidth; small models get less of it"


def sum_lines(wanted: Configuration, machine: Machine, verdict: Verdict) -> Iterator[str]:
    """The arithmetic of one configuration."""
    beside = ", ".join(helper.name for helper in wanted.beside) or "nothing"
    yield f"{wanted.chat.name} with {wanted.context:,} tokens beside {beside} on {machine.name}:"
    for where, room in verdict.room.items():
        items = [item for item in verdict.items if item.where == where]
        if not items:
            continue
        for item in items:
            yield f"  {_gb(item.bytes):>7} GB  {item.what}"
        free = room - verdict.needed(where)
        rest = f"{_gb(free)} GB free" if free >= 0 else f"{_gb(-free)} GB too much"
        yield f"  {_gb(verdict.needed(where)):>7} GB of {_gb(room)} GB of {where}: {rest}"
    if verdict.fits:
        yield speed_line(wanted, machine)


def speed_line(wanted: Configuration, machine: Machine) -> str:
    """How fast it answers, beside what BMO's description says."""
    speed = tokens_per_second(wanted.chat, machine)
    if not speed:
        return "  Speed: unknown without --bandwidth (GB/s of the memory the weights lie in)."
    where: Where = "VRAM" if machine.vram else "RAM"
    low, high = PROMISED[where]
    seconds = ANSWER / speed
    place = "a GPU" if machine.vram else "a Raspberry Pi"
    verdict = "sooner" if seconds < low else "as described" if seconds <= high else "later"
    within = "" if seconds <= high else f"; in {high:g} s it says {high * speed:.0f} tokens"
    return (
        f"  about {speed:.1f} tokens/s: {ANSWER} tokens in {seconds:.1f} s once the question is read "
        f"(described for {place}: {low:g} to {high:g} s; this is {verdict}{within})"
    )


def tier_json(machine: Machine, found: list[Tier], context: int) -> dict[str, Any]:
    """The table for programs; bytes and seconds, null for what is unknown."""
    rows = [
        {
            "model": tier.chat.name,
            "weights": tier.chat.weights,
            "kv": tier.chat.kv_bytes(min(context, tier.chat.longest)),
            "contexts": tier.contexts,
            "tokens_per_second": round(tier.speed, 1) or None,
            "answer_seconds": round(tier.seconds, 1) or None,
        }
        for tier in found
    ]
    return {"machine": _machine_json(machine), "context": context, "models": rows}


def verdict_json(wanted: Configuration, machine: Machine, verdict: Verdict, ways: list[str]) -> dict[str, Any]:
    """One configuration for programs."""
    speed = tokens_per_second(wanted.chat, machine)
    return {
        "machine": _machine_json(machine),
        "model": wanted.chat.name,
        "context": wanted.context,
        "beside": [helper.name for helper in wanted.beside],
        "items": [{"what": item.what, "bytes": item.bytes, "where": item.where} for item in verdict.items],
        "needed": {where: verdict.needed(where) for where in verdict.room},
        "room": verdict.room,
        "fits": verdict.fits,
        "obstacle": verdict.obstacle,
        "instead": ways,
        "tokens_per_second": round(speed, 1) or None,
        "answer_seconds": round(ANSWER / speed, 1) if speed else None,
    }


def _machine_json(machine: Machine) -> dict[str, Any]:
    bandwidth = machine.bandwidth or None
    return {"name": machine.name, "vram": machine.vram, "ram": machine.ram, "bandwidth": bandwidth}


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f}"

"""What is other in one view of the table than in the one before."""

from bmo.wire.dnd import GameCreature, GameLine, GamePatch, GameView


def whole(now: GameView) -> GamePatch:
    """Everything: at first, and after something was taken back."""
    return _patch(now, whole=now)


def patch_of(before: GameView, now: GameView, lines: tuple[GameLine, ...]) -> GamePatch:
    """Only what changed, and the lines that were said since."""
    known = {one.id: one for one in before.creatures}
    here = {one.id for one in now.creatures}
    return _patch(
        now,
        creatures=tuple(one for one in now.creatures if known.get(one.id) != one),
        gone=tuple(id for id in known if id not in here),
        lines=lines,
    )


def _patch(
    now: GameView,
    creatures: tuple[GameCreature, ...] = (),
    gone: tuple[str, ...] = (),
    lines: tuple[GameLine, ...] = (),
    whole: GameView | None = None,
) -> GamePatch:
    return GamePatch(
        campaign=now.campaign,
        seq=now.seq,
        session=now.session,
        encounter=now.encounter,
        creatures=creatures,
        gone=gone,
        lines=lines,
        whole=whole,
    )

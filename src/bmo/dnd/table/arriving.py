"""Sessions, who comes to the table, who is seen, and what is rolled or noted beside the rules."""

import hashlib
import re

from bmo.dnd.dice import Advantage
from bmo.dnd.dice import roll as throw
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.combatant import Combatant
from bmo.dnd.table.rolling import faces_of
from bmo.dnd.table.scene import No, Scene

MOST_CREATURES = 200


def begin_session(scene: Scene, call: c.BeginSession) -> None:
    """One at a time."""
    if scene.state.session is not None:
        raise No(f"The session {scene.state.session} goes on. End it first.", code="session_goes_on")
    scene.emit(e.SessionBegan(name=call.name, date=call.date, edition=call.edition))


def end_session(scene: Scene, _call: c.EndSession) -> None:
    """Everything else stays as it is."""
    if scene.state.session is None:
        raise No("There is no session that could end.", code="no_session")
    scene.emit(e.SessionEnded())


def add(scene: Scene, call: c.AddCreature) -> None:
    """One or several. What is hidden gets an id that tells nothing, and leaves no gap in the others' names."""
    sheet = call.sheet or scene.library.combatant(call.creature or "")
    if len(scene.state.creatures) + call.count > MOST_CREATURES:
        raise No(f"A table has at most {MOST_CREATURES} creatures.", code="too_many")
    if call.id is not None and (call.count > 1 or call.id in scene.state.creatures):
        raise No(f"The id {call.id} is for one creature, and must be free.", code="id_taken")
    name = call.name or sheet.name
    for number in range(1, call.count + 1):
        one = sheet.model_copy(update={"name": f"{name} {number}"[-80:] if call.count > 1 else name})
        id = call.id or (_opaque(scene, one) if call.hidden else _free_id(scene, one.name))
        hp = sheet.max_hp if call.hp is None else min(call.hp, sheet.max_hp)
        scene.emit(
            e.Entered(
                id=id, sheet=one, side=call.side, player=call.player, hidden=call.hidden, at=call.at, hp=hp
            )
        )  # fmt: skip
        if not hp:
            scene.emit(e.Dropped(id=id, stable=True) if sheet.death_saves else e.Died(id=id, why="0 hit points"))


def _free_id(scene: Scene, name: str) -> str:
    plain = re.sub(r"[^\w]+", "-", name.lower()).strip("-") or "creature"
    wanted, number = plain, 1
    while wanted in scene.state.creatures:
        number += 1
        wanted = f"{plain}-{number}"
    return wanted


def _opaque(scene: Scene, sheet: Combatant) -> str:
    number = len(scene.state.creatures)
    while True:
        wanted = "c-" + hashlib.blake2s(f"{sheet.name} {number}".encode(), digest_size=4).hexdigest()
        if wanted not in scene.state.creatures:
            return wanted
        number += 1


def change(scene: Scene, call: c.ChangeSheet) -> None:
    """Hit points stay, as far as the new maximum allows."""
    one = scene.find(call.who)
    scene.emit(e.Changed(id=one.id, sheet=call.sheet, hp=min(one.hp, call.sheet.max_hp)))


def reveal(scene: Scene, call: c.Reveal) -> None:
    """Players see it."""
    one = scene.find(call.who)
    if not one.hidden:
        raise No(f"{one.name} is seen already.", code="seen")
    scene.emit(e.Revealed(id=one.id))


def hide(scene: Scene, call: c.Hide) -> None:
    """Players see it no more."""
    one = scene.find(call.who)
    if one.hidden:
        raise No(f"{one.name} is hidden already.", code="hidden")
    scene.emit(e.Hidden(id=one.id))


def roll(scene: Scene, call: c.Roll) -> None:
    """The engine throws; nobody says what came."""
    if call.secret:
        scene.only_dm("what is rolled in secret")
    rolled = throw(call.dice, scene.luck, advantage=Advantage(call.advantage))
    scene.emit(
        e.Rolled(
            by=scene.role.name or scene.role.kind, expression=call.dice, text=rolled.text, faces=faces_of(rolled),
            total=rolled.total, reason=call.reason, secret=call.secret,
        )
    )  # fmt: skip


def note(scene: Scene, call: c.Note) -> None:
    """For everybody, or only for the Dungeon Master."""
    if call.secret:
        scene.only_dm("what is noted in secret")
    scene.emit(e.Noted(by=scene.role.name or scene.role.kind, text=call.text, secret=call.secret))

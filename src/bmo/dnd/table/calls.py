"""What a Dungeon Master or a player asks of the table. Typed, with nothing in them that only dice may decide.

A creature is named by its id, or by its name where only one has it. Numbers that the engine works out (attack bonus,
DC, advantage) are not asked for; where the Dungeon Master knows better, the field says so.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from bmo.dnd.dice import Advantage
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Skill
from bmo.dnd.table.combatant import (
    ActionKind,
    AttackLine,
    Combatant,
    DiceText,
    Frozen,
    Id,
    Name,
    Place,
    Points,
    Side,
    SlotLevel,
    SpellRule,
    Text,
)

Reasons = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(max_length=10)]
"""Of the Dungeon Master, beside those that the engine finds."""
Rounds = Annotated[int, Field(ge=1, le=1_000_000)]
Difficulty = Annotated[int, Field(ge=1, le=60)]
Whom = Annotated[tuple[Id, ...], Field(max_length=100)]
Purse = dict[Literal["pp", "gp", "ep", "sp", "cp"], Annotated[int, Field(ge=0, le=1_000_000)]]
HitDice = dict[Annotated[int, Field(ge=4, le=20)], Annotated[int, Field(ge=1, le=40)]]
Amount = Points | DiceText


class BeginSession(Frozen):
    """An evening begins; it sets the edition of the rules."""

    call: Literal["begin_session"] = "begin_session"
    name: Name
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    edition: Edition = Edition.SRD_5_1


class EndSession(Frozen):
    """The evening is over."""

    call: Literal["end_session"] = "end_session"


class AddCreature(Frozen):
    """Put somebody at the table: by `sheet`, or `creature` by its name in the library."""

    call: Literal["add_creature"] = "add_creature"
    creature: Name | None = None
    sheet: Combatant | None = None
    id: Id | None = None
    """Made up when it is not given."""
    name: Name | None = None
    """Another name than that of the sheet."""
    count: Annotated[int, Field(ge=1, le=50)] = 1
    side: Side = "enemy"
    player: Name | None = None
    """Who plays it."""
    hidden: bool = False
    at: Place | None = None
    hp: Points | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "AddCreature":
        if (self.creature is None) == (self.sheet is None):
            raise ValueError("either creature or sheet")
        return self


class ChangeSheet(Frozen):
    """Other numbers for somebody: new armour, a correction."""

    call: Literal["change_sheet"] = "change_sheet"
    who: Id
    sheet: Combatant


class RemoveCreature(Frozen):
    """Somebody leaves the table. In a fight nobody else's turn is moved by it."""

    call: Literal["remove_creature"] = "remove_creature"
    who: Id


class Reveal(Frozen):
    """Players see it from now on."""

    call: Literal["reveal"] = "reveal"
    who: Id


class Hide(Frozen):
    """Players do not see it from now on."""

    call: Literal["hide"] = "hide"
    who: Id


class StartEncounter(Frozen):
    """Everybody (or `who`) rolls initiative, and the first turn begins."""

    call: Literal["start_encounter"] = "start_encounter"
    name: Name = "Encounter"
    who: Whom | None = None
    surprised: Whom = ()
    given: dict[Id, Annotated[int, Field(ge=-100, le=100)]] = Field(default_factory=dict)
    """Totals that were rolled at the table with real dice."""


class RollInitiative(Frozen):
    """Somebody joins the fight that goes on."""

    call: Literal["roll_initiative"] = "roll_initiative"
    who: Id
    total: Annotated[int, Field(ge=-100, le=100)] | None = None


class NextTurn(Frozen):
    """The current turn ends. What lasts until then ends by itself, and who is dying rolls."""

    call: Literal["next_turn"] = "next_turn"


class EndEncounter(Frozen):
    """The fight is over. `award` shares the XP of enemies who died among the living party."""

    call: Literal["end_encounter"] = "end_encounter"
    award: bool = False


class Move(Frozen):
    """Walk to a place: feet of movement in a fight, and enemies whose reach is left may strike."""

    call: Literal["move"] = "move"
    who: Id
    to: Place
    difficult: bool = False
    teleport: bool = False
    """Also for whoever is moved by others: it costs nothing and provokes nothing."""


class StandUp(Frozen):
    """Get up from prone for half the speed."""

    call: Literal["stand_up"] = "stand_up"
    who: Id


class TakeAction(Frozen):
    """Dodge, Disengage, Dash, Help, Hide or Ready."""

    call: Literal["take_action"] = "take_action"
    who: Id
    action: Literal["dodge", "disengage", "dash", "help", "ready", "hide"]
    target: Id | None = None
    """Whom it helps."""
    using: Literal["action", "bonus"] = "action"


class Attack(Frozen):
    """An attack with a line of the attacker's sheet."""

    call: Literal["attack"] = "attack"
    who: Id
    target: Id
    attack: Name | None = None
    """Its name on the sheet; the first when nothing is said."""
    line: AttackLine | None = None
    """Instead of one of the sheet: the Dungeon Master's."""
    using: ActionKind = "action"
    cover: Literal["none", "half", "three-quarters", "total"] = "none"
    distance: Annotated[float, Field(ge=0, le=10_000)] | None = None
    """Feet, where the two have no places."""
    advantage: Reasons = ()
    disadvantage: Reasons = ()
    knock_out: bool = False
    extra: DiceText | None = None
    """More damage, such as Sneak Attack: 3d6."""


class Wrestle(Frozen):
    """Grapple, shove prone or away, or escape from a grapple."""

    call: Literal["wrestle"] = "wrestle"
    who: Id
    target: Id
    aim: Literal["grapple", "prone", "push", "escape"]
    defence: Literal["athletics", "acrobatics"] | None = None
    """Which one the other chooses; the better one when nothing is said."""


class Cast(Frozen):
    """Cast a spell: its slot, action and components are spent, and everybody it catches saves."""

    call: Literal["cast"] = "cast"
    who: Id
    spell: Name
    rule: SpellRule | None = None
    """Instead of the library's: the Dungeon Master's."""
    slot: SlotLevel | None = None
    targets: Whom = ()
    at: Place | None = None
    """Where an area has its centre or corner, or a cone or line points to."""
    cover: dict[Id, Literal["half", "three-quarters", "total"]] = Field(default_factory=dict)
    ritual: bool = False
    """No slot; not in a fight."""


class Damage(Frozen):
    """Damage from anything but an attack or spell; with a save, half of it or none."""

    call: Literal["damage"] = "damage"
    targets: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
    amount: Amount
    type: DamageType = DamageType.BLUDGEONING
    save: Ability | None = None
    dc: Difficulty | None = None
    half: bool = True
    source: Id | None = None

    @model_validator(mode="after")
    def _save_with_dc(self) -> "Damage":
        if (self.save is None) != (self.dc is None):
            raise ValueError("save and dc belong together")
        return self


class Heal(Frozen):
    """Hit points back; the dead get none."""

    call: Literal["heal"] = "heal"
    target: Id
    amount: Amount


class TemporaryHp(Frozen):
    """Temporary hit points; the higher number stays."""

    call: Literal["temporary_hp"] = "temporary_hp"
    target: Id
    amount: Amount


class Check(Frozen):
    """An ability check, with a skill or without."""

    call: Literal["check"] = "check"
    who: Id
    ability: Ability | None = None
    skill: Skill | None = None
    dc: Difficulty | None = None
    advantage: Reasons = ()
    disadvantage: Reasons = ()
    secret: bool = False

    @model_validator(mode="after")
    def _something(self) -> "Check":
        if self.ability is None and self.skill is None:
            raise ValueError("a check needs an ability or a skill")
        return self


class Save(Frozen):
    """A saving throw."""

    call: Literal["save"] = "save"
    who: Id
    ability: Ability
    dc: Difficulty
    cover: Literal["none", "half", "three-quarters"] = "none"
    advantage: Reasons = ()
    disadvantage: Reasons = ()
    secret: bool = False


class AddCondition(Frozen):
    """A condition of the rules, or any other word that lasts on somebody, such as bless or raging."""

    call: Literal["add_condition"] = "add_condition"
    who: Id
    condition: Condition | Name
    by: Id | None = None
    rounds: Rounds | None = None
    """Until the turn of `by` (or its own) so many rounds from now; without it, until it is removed."""
    ends: Literal["start", "end"] = "end"
    save: Ability | None = None
    """Repeated at the end of each of its turns."""
    dc: Difficulty | None = None


class RemoveCondition(Frozen):
    """It is over."""

    call: Literal["remove_condition"] = "remove_condition"
    who: Id
    condition: Condition | Name


class SetExhaustion(Frozen):
    """Levels of exhaustion, 0 to 6; 6 is death."""

    call: Literal["exhaustion"] = "exhaustion"
    who: Id
    level: Annotated[int, Field(ge=0, le=6)]


class Concentrate(Frozen):
    """Begin to concentrate on something that the engine did not cast; what was held before ends."""

    call: Literal["concentrate"] = "concentrate"
    who: Id
    spell: Name
    rounds: Rounds | None = None


class EndConcentration(Frozen):
    """Let go of it."""

    call: Literal["end_concentration"] = "end_concentration"
    who: Id


class RollDeathSave(Frozen):
    """A death saving throw outside of the order of turns."""

    call: Literal["death_save"] = "death_save"
    who: Id


class Stabilise(Frozen):
    """Somebody dying is stable: by a Medicine check of `by` (DC 10), or because the Dungeon Master says so."""

    call: Literal["stabilise"] = "stabilise"
    target: Id
    by: Id | None = None


class Kill(Frozen):
    """Somebody dies, whatever the hit points."""

    call: Literal["kill"] = "kill"
    who: Id
    why: Annotated[str, Field(max_length=200)] = ""


class Revive(Frozen):
    """The only way back from death."""

    call: Literal["revive"] = "revive"
    who: Id
    hp: Annotated[int, Field(ge=1, le=100_000)] = 1


class SpendSlot(Frozen):
    """A spell slot is used for something that the engine did not cast."""

    call: Literal["spend_slot"] = "spend_slot"
    who: Id
    level: SlotLevel


class RestoreSlot(Frozen):
    """A spell slot comes back."""

    call: Literal["restore_slot"] = "restore_slot"
    who: Id
    level: SlotLevel


class ShortRest(Frozen):
    """An hour. `dice` are hit dice that each spends: sides to number."""

    call: Literal["short_rest"] = "short_rest"
    who: Whom | None = None
    """The party when nothing is said."""
    dice: dict[Id, HitDice] = Field(default_factory=dict)


class LongRest(Frozen):
    """Eight hours."""

    call: Literal["long_rest"] = "long_rest"
    who: Whom | None = None
    fed: bool = True


class PassTime(Frozen):
    """Time goes by, and what lasts shorter ends."""

    call: Literal["pass_time"] = "pass_time"
    rounds: Annotated[int, Field(ge=0, le=100_000)] = 0
    minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    hours: Annotated[int, Field(ge=0, le=10_000)] = 0


class GiveXp(Frozen):
    """Experience for each of `to`, or shared among the party."""

    call: Literal["give_xp"] = "give_xp"
    amount: Annotated[int, Field(ge=1, le=10_000_000)]
    to: Whom | None = None
    shared: bool = False


class GiveItem(Frozen):
    """Somebody gets items."""

    call: Literal["give_item"] = "give_item"
    to: Id
    item: Name
    count: Annotated[int, Field(ge=1, le=100_000)] = 1


class TakeItem(Frozen):
    """Items are used up, lost or handed over to `give_to`."""

    call: Literal["take_item"] = "take_item"
    who: Id
    item: Name
    count: Annotated[int, Field(ge=1, le=100_000)] = 1
    give_to: Id | None = None


class GiveCoins(Frozen):
    """Coins for somebody."""

    call: Literal["give_coins"] = "give_coins"
    to: Id
    coins: Purse


class Pay(Frozen):
    """Somebody pays a price; change is given."""

    call: Literal["pay"] = "pay"
    who: Id
    price: Purse


class GiveTreasure(Frozen):
    """Coins that a monster of this challenge rating carries."""

    call: Literal["give_treasure"] = "give_treasure"
    to: Id
    challenge: Annotated[str, Field(min_length=1, max_length=4)]


class LevelUp(Frozen):
    """The next level: experience has to reach it, unless the table plays by milestones."""

    call: Literal["level_up"] = "level_up"
    who: Id
    sheet: Combatant
    """As it is at the new level; dnd.characters makes it."""
    milestone: bool = False


class Inspire(Frozen):
    """Inspiration is given or used."""

    call: Literal["inspiration"] = "inspiration"
    who: Id
    has: bool = True


class Roll(Frozen):
    """Dice that no rule asks for. The engine throws them, always."""

    call: Literal["roll"] = "roll"
    dice: DiceText
    reason: Annotated[str, Field(max_length=200)] = ""
    advantage: Advantage = Advantage.NONE
    secret: bool = False


class Note(Frozen):
    """Something to remember; a secret one only for the Dungeon Master."""

    call: Literal["note"] = "note"
    text: Annotated[Text, Field(min_length=1)]
    secret: bool = False


class Spend(Frozen):
    """An action, bonus action, reaction or feet are used for something that the engine does not know."""

    call: Literal["spend"] = "spend"
    who: Id
    what: Literal["action", "bonus", "reaction", "movement"]
    feet: Annotated[float, Field(ge=0, le=10_000)] = 0


Call: TypeAlias = Annotated[
    BeginSession | EndSession | AddCreature | ChangeSheet | RemoveCreature | Reveal | Hide | StartEncounter
    | RollInitiative | NextTurn | EndEncounter | Move | StandUp | TakeAction | Attack | Wrestle | Cast | Damage | Heal
    | TemporaryHp | Check | Save | AddCondition | RemoveCondition | SetExhaustion | Concentrate | EndConcentration
    | RollDeathSave | Stabilise | Kill | Revive | SpendSlot | RestoreSlot | ShortRest | LongRest | PassTime | GiveXp
    | GiveItem | TakeItem | GiveCoins | Pay | GiveTreasure | LevelUp | Inspire | Roll | Note | Spend,
    Field(discriminator="call"),
]  # fmt: skip
CALL: TypeAdapter[Call] = TypeAdapter(Call)

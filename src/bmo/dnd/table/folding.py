"""Adding events up. No dice and no rules: an event says what there is afterwards.

`fold` changes the state that it is given, which is why a hundred thousand events take a second and not ten.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bmo.core.errors import Broken
from bmo.dnd.rules.initiative import Entrant
from bmo.dnd.rules.initiative import order as ordered
from bmo.dnd.rules.terms import Ability, Condition
from bmo.dnd.table import events as e
from bmo.dnd.table.state import LATELY, Concentrating, Creature, Encounter, Held, Secrets, Spending, State, Told, Turn


def fold(state: State, happened: Iterable[e.Event]) -> State:
    """Add events to a state, which is changed and given back. Raises `Broken` for one that speaks of nobody there."""
    for event in happened:
        kind = type(event)
        told = Told(event, state.secrets, _names(state, event))
        try:
            _FOLDS[kind](state, event)
        except KeyError as fault:
            raise Broken(
                f"An event of the game speaks of somebody who is not there: {fault}.", code="bad_event"
            ) from fault
        if kind in _OF_WHO_IS_THERE:
            state.secrets = _secrets(state)
            if kind is not e.Left:  # who leaves was hidden before; who comes or is revealed counts as afterwards
                told = Told(event, state.secrets, _names(state, event))
        state.lately.append(told)
        if len(state.lately) >= 2 * LATELY:
            del state.lately[:-LATELY]
    return state


_OF_WHO_IS_THERE = frozenset({e.Entered, e.Left, e.Revealed, e.Hidden})


def _names(state: State, event: e.Event) -> dict[str, str]:
    names = {}
    for key in ("id", "target", "by", "helps"):
        one = state.creatures.get(getattr(event, key, ""))
        if one is not None:
            names[one.id] = one.sheet.name
    return names


def _secrets(state: State) -> Secrets:
    everybody = state.creatures
    return Secrets(
        unseen=frozenset(id for id, one in everybody.items() if one.hidden),
        guarded=frozenset(id for id, one in everybody.items() if one.side != "party"),
        players={id: one.player for id, one in everybody.items() if one.player is not None},
    )


def _session_began(state: State, event: e.SessionBegan) -> None:
    state.session, state.date, state.edition = event.name, event.date, event.edition


def _session_ended(state: State, _event: e.SessionEnded) -> None:
    state.session = None


def _entered(state: State, event: e.Entered) -> None:
    sheet = event.sheet
    state.creatures[event.id] = Creature(
        event.id, sheet, event.hp, event.side, event.player, event.hidden, event.at,
        slots=dict(sheet.slots), hit_dice=dict(sheet.hit_dice),
    )  # fmt: skip


def _changed(state: State, event: e.Changed) -> None:
    one = state.creatures[event.id]
    one.slots = _carried_over(one.slots, one.sheet.slots, event.sheet.slots)
    one.hit_dice = _carried_over(one.hit_dice, one.sheet.hit_dice, event.sheet.hit_dice)
    one.sheet, one.hp = event.sheet, event.hp


def _carried_over(left: dict[int, int], before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, int]:
    """What was used stays used; what is new is there."""
    used = {key: most - left.get(key, 0) for key, most in before.items()}
    return {key: min(most, max(0, most - used.get(key, 0))) for key, most in after.items()}


def _left(state: State, event: e.Left) -> None:
    del state.creatures[event.id]
    for one in state.creatures.values():
        if one.helped_by == event.id:
            one.helped_by = None
    if state.encounter is not None:
        state.encounter.order = [turn for turn in state.encounter.order if turn.id != event.id]
        state.encounter.offers = [offer for offer in state.encounter.offers if event.id not in offer]
        if state.encounter.current == event.id:
            state.encounter.current = None


def _moved(state: State, event: e.Moved) -> None:
    one = state.creatures[event.id]
    one.at = event.to
    one.spent.feet += event.cost


def _revealed(state: State, event: e.Revealed) -> None:
    state.creatures[event.id].hidden = False


def _hidden(state: State, event: e.Hidden) -> None:
    state.creatures[event.id].hidden = True


def _encounter_began(state: State, event: e.EncounterBegan) -> None:
    state.encounter = Encounter(event.name, began=state.round)
    for one in state.creatures.values():
        one.spent, one.stances, one.helped_by = Spending(), [], None


def _encounter_ended(state: State, _event: e.EncounterEnded) -> None:
    state.encounter = None
    for one in state.creatures.values():
        one.spent, one.stances, one.helped_by = Spending(), [], None


def _initiative(state: State, event: e.Initiative) -> None:
    fight = _fight(state)
    dexterity = state.creatures[event.id].sheet.scores.get(Ability.DEXTERITY, 10)
    turns = {turn.id: turn for turn in fight.order}
    turns[event.id] = Turn(event.id, event.total, dexterity, event.surprised)
    names = ordered(Entrant(turn.id, turn.total, turn.dexterity) for turn in turns.values())
    fight.order = [turns[name] for name in names]


def _round_began(state: State, event: e.RoundBegan) -> None:
    state.round = event.round


def _turn_began(state: State, event: e.TurnBegan) -> None:
    fight = _fight(state)
    for turn in fight.order:
        if turn.id == fight.current:
            turn.surprised = False
    fight.current, fight.offers = event.id, []
    one = state.creatures[event.id]
    one.spent, one.stances = Spending(), []
    for other in state.creatures.values():
        if other.helped_by == event.id:
            other.helped_by = None


def _spent(state: State, event: e.Spent) -> None:
    spent = state.creatures[event.id].spent
    if event.what == "movement":
        spent.feet += event.feet
        return
    setattr(spent, event.what, True)
    if event.what == "action":
        spent.attacks_left = event.attacks_left


def _stood(state: State, event: e.Stood) -> None:
    one = state.creatures[event.id]
    if event.stance == "dash":
        one.spent.dashed += 1
    elif event.stance == "help" and event.helps is not None:
        state.creatures[event.helps].helped_by = event.id
    else:
        one.stances.append(event.stance)


def _offered(state: State, event: e.Offered) -> None:
    _fight(state).offers.append((event.id, event.target))


def _attacked(state: State, event: e.Attacked) -> None:
    one = state.creatures[event.id]
    one.helped_by = None
    if state.encounter is not None:
        offer = (event.id, event.target)
        state.encounter.offers = [other for other in state.encounter.offers if other != offer]


def _tested(state: State, event: e.Tested) -> None:
    if event.kind == "check":
        state.creatures[event.id].helped_by = None


def _nothing(_state: State, _event: e.Event) -> None:
    """What is only told."""


def _damaged(state: State, event: e.Damaged) -> None:
    one = state.creatures[event.id]
    one.hp, one.temporary = event.hp, event.temporary


def _healed(state: State, event: e.Healed) -> None:
    one = state.creatures[event.id]
    one.hp = event.hp
    if one.hp and event.amount:
        one.life, one.successes, one.failures = "up", 0, 0
        one.held = [held for held in one.held if (held.name, held.by) != (Condition.UNCONSCIOUS, None)]


def _protected(state: State, event: e.Protected) -> None:
    state.creatures[event.id].temporary = event.temporary


def _condition_added(state: State, event: e.ConditionAdded) -> None:
    one = state.creatures[event.id]
    one.held = [held for held in one.held if (held.name, held.by) != (event.condition, event.by)]
    one.held.append(Held(str(event.condition), event.by, event.spell, event.until, event.save))


def _condition_removed(state: State, event: e.ConditionRemoved) -> None:
    one = state.creatures[event.id]
    gone = [held for held in one.held if held.name == event.condition and (event.every or held.by == event.by)]
    one.held = [held for held in one.held if held not in gone]


def _exhausted(state: State, event: e.Exhausted) -> None:
    one = state.creatures[event.id]
    one.exhaustion = event.level
    one.hp = min(one.hp, one.max_hp(state.edition))


def _concentration_began(state: State, event: e.ConcentrationBegan) -> None:
    state.creatures[event.id].concentration = Concentrating(event.spell, event.until)


def _concentration_ended(state: State, event: e.ConcentrationEnded) -> None:
    state.creatures[event.id].concentration = None


def _dropped(state: State, event: e.Dropped) -> None:
    one = state.creatures[event.id]
    one.life, one.successes, one.failures = "stable" if event.stable else "dying", 0, 0
    one.hp, one.concentration = 0, None
    if not one.has(Condition.UNCONSCIOUS):
        one.held.append(Held(Condition.UNCONSCIOUS))
    if not one.has(Condition.PRONE):
        one.held.append(Held(Condition.PRONE))


def _death_save(state: State, event: e.DeathSave) -> None:
    one = state.creatures[event.id]
    one.life = "dying"
    one.successes, one.failures = event.successes, event.failures


def _died(state: State, event: e.Died) -> None:
    one = state.creatures[event.id]
    one.life, one.hp, one.temporary = "dead", 0, 0
    one.concentration, one.held, one.successes, one.failures = None, [], 0, 0


def _stabilised(state: State, event: e.Stabilised) -> None:
    one = state.creatures[event.id]
    one.life, one.successes, one.failures = "stable", 0, 0


def _revived(state: State, event: e.Revived) -> None:
    one = state.creatures[event.id]
    one.life, one.hp = "up", min(event.hp, one.max_hp(state.edition))


def _cast(state: State, event: e.SpellCast) -> None:
    spent = state.creatures[event.id].spent
    spent.spells = (*spent.spells, (event.level, event.using, event.slot is not None))


def _slot(state: State, event: e.SlotSpent) -> None:
    state.creatures[event.id].slots[event.level] = event.left


def _hit_die_spent(state: State, event: e.HitDieSpent) -> None:
    one = state.creatures[event.id]
    one.hit_dice[event.sides] = event.left
    one.hp = event.hp


def _rested(state: State, event: e.Rested) -> None:
    one = state.creatures[event.id]
    one.exhaustion = event.exhaustion
    one.hp = event.hp
    one.slots.update(event.slots)
    one.hit_dice.update(event.hit_dice)
    if event.kind == "long":
        one.temporary, one.rested = 0, state.round


def _time_passed(state: State, event: e.TimePassed) -> None:
    state.round += event.rounds


def _items(state: State, event: e.Items) -> None:
    items = state.creatures[event.id].items
    items[event.item] = event.count
    if not event.count:
        del items[event.item]


def _coins(state: State, event: e.Coins) -> None:
    state.creatures[event.id].purse = {str(coin): count for coin, count in event.purse.items() if count}


def _experience(state: State, event: e.Experience) -> None:
    state.creatures[event.id].xp = event.xp


def _inspired(state: State, event: e.Inspired) -> None:
    state.creatures[event.id].inspiration = event.has


def _fight(state: State) -> Encounter:
    if state.encounter is None:
        raise Broken("An event of the game speaks of a fight that is not there.", code="bad_event")
    return state.encounter


_FOLDS: dict[type, Callable[[State, Any], None]] = {
    e.SessionBegan: _session_began,
    e.SessionEnded: _session_ended,
    e.Entered: _entered,
    e.Changed: _changed,
    e.Left: _left,
    e.Moved: _moved,
    e.Revealed: _revealed,
    e.Hidden: _hidden,
    e.EncounterBegan: _encounter_began,
    e.EncounterEnded: _encounter_ended,
    e.Initiative: _initiative,
    e.RoundBegan: _round_began,
    e.TurnBegan: _turn_began,
    e.Spent: _spent,
    e.Stood: _stood,
    e.Offered: _offered,
    e.Attacked: _attacked,
    e.Tested: _tested,
    e.Damaged: _damaged,
    e.Healed: _healed,
    e.Protected: _protected,
    e.ConditionAdded: _condition_added,
    e.ConditionRemoved: _condition_removed,
    e.Exhausted: _exhausted,
    e.ConcentrationBegan: _concentration_began,
    e.ConcentrationEnded: _concentration_ended,
    e.Dropped: _dropped,
    e.DeathSave: _death_save,
    e.Died: _died,
    e.Stabilised: _stabilised,
    e.Revived: _revived,
    e.SpellCast: _cast,
    e.SlotSpent: _slot,
    e.HitDieSpent: _hit_die_spent,
    e.Rested: _rested,
    e.TimePassed: _time_passed,
    e.Items: _items,
    e.Coins: _coins,
    e.Experience: _experience,
    e.Levelled: _nothing,
    e.Inspired: _inspired,
    e.Rolled: _nothing,
    e.Noted: _nothing,
}

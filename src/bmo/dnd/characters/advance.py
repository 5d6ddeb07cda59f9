"""The next level: `level_up` takes what was chosen and gives the character at it, or says what is missing."""

from collections.abc import Iterable, Sequence

from bmo.core.errors import NotFound, Refused
from bmo.dnd.characters import progression
from bmo.dnd.characters.choices import (
    Choice,
    ChoiceKind,
    LevelUp,
    Step,
    all_choices,
    granted_features,
    granted_skills,
    scores,
    step,
)
from bmo.dnd.characters.feats import Feat, feats
from bmo.dnd.characters.schema import Abilities, Character, ClassLevels, KnownSpell, Proficiencies
from bmo.dnd.content import Library
from bmo.dnd.rules.advancement import ability_points
from bmo.dnd.rules.terms import Ability, Edition, Skill

_AT_20 = {
    ("barbarian", Edition.SRD_5_1): ((Ability.STRENGTH, Ability.CONSTITUTION), 24),
    ("barbarian", Edition.SRD_5_2): ((Ability.STRENGTH, Ability.CONSTITUTION), 25),
    ("monk", Edition.SRD_5_2): ((Ability.DEXTERITY, Ability.WISDOM), 25),
}
"""What goes up by 4 and how far. SRD 5.1 "Primal Champion", SRD 5.2.1 "Body and Mind"."""
_POINTS = 2
"""Of an Ability Score Improvement."""


def level_up(character: Character, chosen: LevelUp, library: Library, edition: Edition | None = None) -> Character:
    """The character one level higher; the one that was handed in stays as it was.

    Raises `NotFound` for an unknown class and `Refused` with what is missing, too much or not allowed.
    SRD 5.1 "Beyond 1st Level", "Multiclassing".
    """
    at = step(character, chosen, library, edition)
    asked = all_choices(at)
    _check_hit_points(at)
    kept = _kept_spells(at)
    names = _checked_names(at, asked)
    return Character(
        **dict(character)
        | {
            "classes": _classes(at, names),
            "abilities": _abilities(at, asked),
            "proficiencies": _proficiencies(at, asked),
            "spells": (*kept, *_spells(at, names)),
            "features": _features(at, names),
        }
    )


def _where(at: Step) -> str:
    return f"Level {at.level} of {at.name}"


def _refuse(at: Step, sentence: str, code: str) -> Refused:
    return Refused(f"{_where(at)}: {sentence}", code=code)


def _check_hit_points(at: Step) -> None:
    rolled = at.chosen.hit_points
    if rolled is None:
        return
    if at.first:
        raise _refuse(at, "the first level has the whole hit die: nothing is rolled.", "too_much")
    if rolled > at.record.hit_die:
        raise _refuse(at, f"a d{at.record.hit_die} does not show {rolled}.", "bad_hit_points")


def _checked_names(at: Step, asked: Sequence[Choice]) -> dict[ChoiceKind, tuple[str, ...]]:
    """Everything that is chosen by name, as the library spells it."""
    said: dict[ChoiceKind, tuple[str, ...]] = {
        ChoiceKind.SUBCLASS: (at.chosen.subclass,) if at.chosen.subclass else (),
        ChoiceKind.FEATURES: at.chosen.features,
        ChoiceKind.CANTRIPS: at.chosen.cantrips,
        ChoiceKind.SPELLS: at.chosen.spells,
        ChoiceKind.ARCANUM: (at.chosen.arcanum,) if at.chosen.arcanum else (),
    }
    return {kind: _matched(at, kind, given, [one for one in asked if one.kind is kind]) for kind, given in said.items()}


def _matched(at: Step, kind: ChoiceKind, given: tuple[str, ...], asked: Sequence[Choice]) -> tuple[str, ...]:
    _check_count(at, kind, len(given), asked)
    if len({name.casefold() for name in given}) < len(given):
        raise _refuse(at, f"something is chosen twice in {kind.value}.", "chosen_twice")
    spelled = {name.casefold(): name for choice in asked for name in choice.options}
    names = tuple(spelled.get(name.casefold(), name) for name in given)
    _check_options(at, names, asked)
    return names


def _check_count(at: Step, kind: ChoiceKind, given: int, asked: Sequence[Choice]) -> None:
    wanted = sum(choice.count for choice in asked)
    if given < wanted:
        raise _refuse(at, f"{_missing(asked, wanted - given)}.", "choice_missing")
    if given > wanted:
        limit = f"only {wanted}" if wanted else "nothing"
        raise _refuse(at, f"there is {limit} to choose for {kind.value}, and {given} are given.", "too_much")


def _missing(asked: Sequence[Choice], count: int) -> str:
    what = " and ".join(choice.says for choice in asked)
    shown = [name for choice in asked for name in choice.options][:8]
    from_ = f", such as {', '.join(shown)}" if shown else ""
    return f"{count} to choose ({what}) {'is' if count == 1 else 'are'} missing{from_}"


def _check_options(at: Step, names: Sequence[str], asked: Sequence[Choice]) -> None:
    """Every name has a choice of its own that allows it."""
    for name in names:
        if not any(not choice.options or name in choice.options for choice in asked):
            raise _refuse(at, f"{name} is not among what can be chosen now.", "not_an_option")
    if not _fits(list(names), [(choice.count, choice.options) for choice in asked]):
        raise _refuse(at, f"{', '.join(names)} do not fit what can be chosen now.", "not_an_option")


def _fits(names: list[str], places: list[tuple[int, tuple[str, ...]]]) -> bool:
    """Whether the names can be dealt out; there are three places at most."""
    if not names:
        return True
    if len(places) == 1:
        return True
    name, rest = names[0], names[1:]
    for number, (count, options) in enumerate(places):
        if count and (not options or name in options):
            left = [*places[:number], (count - 1, options), *places[number + 1 :]]
            if _fits(rest, left):
                return True
    return False


def _classes(at: Step, names: dict[ChoiceKind, tuple[str, ...]]) -> tuple[ClassLevels, ...]:
    taken = next(iter(names[ChoiceKind.SUBCLASS]), None)
    listed = [_raised(one, at, taken) if one.name.casefold() == at.name else one for one in at.character.classes]
    if at.level == 1:
        rolled = () if at.chosen.hit_points is None else (at.chosen.hit_points,)
        listed.append(ClassLevels(name=at.record.name, level=1, subclass=taken, rolled=rolled))
    return tuple(listed)


def _raised(one: ClassLevels, at: Step, taken: str | None) -> ClassLevels:
    rolled = one.rolled
    if at.chosen.hit_points is not None:
        rolled = (*rolled, *[None] * (one.level - len(rolled)), at.chosen.hit_points)
    return ClassLevels(name=one.name, level=one.level + 1, subclass=one.subclass or taken, rolled=rolled)


def _abilities(at: Step, asked: Sequence[Choice]) -> Abilities:
    have = scores(at)
    improving = any(choice.kind is ChoiceKind.IMPROVEMENT for choice in asked)
    feat = _feat(at, asked)
    points = sum(at.chosen.abilities.values())
    wanted = (_POINTS if feat is None else 1 if feat.raises else 0) if improving else 0
    if points < wanted:
        raise _refuse(at, _improvement_missing(feat, wanted), "choice_missing")
    if points > wanted:
        raise _refuse(at, f"abilities go up by {wanted}, not by {points}.", "too_much")
    for ability, raised in at.chosen.abilities.items():
        if feat and ability not in feat.raises:
            raise _refuse(at, f"{feat.name} does not raise {ability.upper()}.", "not_an_option")
        have[ability] = ability_points(have[ability], raised, feat.highest if feat else 20)
    if at.level == 20 and (at.name, at.edition) in _AT_20:
        raised_at_20, highest = _AT_20[at.name, at.edition]
        have |= {ability: max(have[ability], min(highest, have[ability] + 4)) for ability in raised_at_20}
    return Abilities(**{ability.value: score for ability, score in have.items()})


def _improvement_missing(feat: Feat | None, wanted: int) -> str:
    if feat is None:
        return f"an Ability Score Improvement ({wanted} points in `abilities`) or a feat is missing."
    return f"{feat.name} raises one of {', '.join(one.upper() for one in feat.raises)} by 1, and that is missing."


def _feat(at: Step, asked: Sequence[Choice]) -> Feat | None:
    places = [choice for choice in asked if choice.kind in (ChoiceKind.IMPROVEMENT, ChoiceKind.FEAT)]
    name = at.chosen.feat
    if name is None:
        for choice in places:
            if choice.kind is ChoiceKind.FEAT:
                raise _refuse(at, f"{choice.says} is missing: {', '.join(choice.options)}.", "choice_missing")
        return None
    if not any(name in choice.options for choice in places):
        raise _refuse(at, f"the feat {name} cannot be taken now.", "not_an_option")
    may = feats(at.character.level + 1, scores(at), at.character.features, at.edition)
    return next(feat for feat in may if feat.name == name)


def _proficiencies(at: Step, asked: Sequence[Choice]) -> Proficiencies:
    have = at.character.proficiencies
    granted = granted_skills(at)
    new = _matched(at, ChoiceKind.SKILLS, at.chosen.skills, [one for one in asked if one.kind is ChoiceKind.SKILLS])
    known = _once((*have.skills, *granted, *map(Skill, new)))
    expert = _matched(
        at, ChoiceKind.EXPERTISE, at.chosen.expertise, [one for one in asked if one.kind is ChoiceKind.EXPERTISE]
    )
    for skill in map(Skill, expert):
        if skill not in known:
            raise _refuse(at, f"expertise in {skill} needs proficiency in it.", "not_an_option")
    return Proficiencies(**dict(have) | {"skills": known, "expertise": _once((*have.expertise, *map(Skill, expert)))})


def _once(skills: Iterable[Skill]) -> tuple[Skill, ...]:
    return tuple(dict.fromkeys(skills))


def _features(at: Step, names: dict[ChoiceKind, tuple[str, ...]]) -> tuple[str, ...]:
    feat = (at.chosen.feat,) if at.chosen.feat else ()
    return (*at.character.features, *granted_features(at), *names[ChoiceKind.FEATURES], *feat)


def _kept_spells(at: Step) -> tuple[KnownSpell, ...]:
    """Without the one that is given up. SRD 5.1 "Spells Known of 1st Level and Higher" of the classes."""
    forget = at.chosen.forget
    if forget is None:
        return at.character.spells
    if at.name not in progression.SWAPS[at.edition]:
        raise _refuse(at, "this class gives up no spell with a level.", "too_much")
    kept = tuple(one for one in at.character.spells if not (_in_book(one, at) and _same(one.name, forget)))
    if len(kept) == len(at.character.spells):
        raise _refuse(at, f"{forget} is no spell that {at.character.name} knows by this class.", "not_an_option")
    return kept


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _spells(at: Step, names: dict[ChoiceKind, tuple[str, ...]]) -> tuple[KnownSpell, ...]:
    """A wizard's new spells are ready as far as there is room; everybody else's are known."""
    learned = [*names[ChoiceKind.CANTRIPS], *names[ChoiceKind.ARCANUM]]
    added = [KnownSpell(name=name, by=at.record.name) for name in learned]
    ready = sum(one.prepared for one in at.character.spells if _in_book(one, at))
    for name in names[ChoiceKind.SPELLS]:
        room = at.name != "wizard" or ready < _limit(at)
        added.append(KnownSpell(name=name, by=at.record.name, prepared=room))
        ready += room
    return tuple(added)


def _in_book(one: KnownSpell, at: Step) -> bool:
    """Whether it takes one of the places for prepared spells; one that the library does not have is taken to."""
    if one.by.casefold() != at.name:
        return False
    try:
        return at.library.spell(one.name).level > 0
    except NotFound:
        return True


def _limit(at: Step) -> int:
    ability = at.record.ability or Ability.INTELLIGENCE
    modifier = (at.character.abilities.of(ability) - 10) // 2
    return progression.prepared(at.name, at.level, modifier, at.edition)

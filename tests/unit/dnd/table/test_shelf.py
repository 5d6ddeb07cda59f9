"""Content and characters at the table: every stat block and spell of the SRD becomes numbers the engine plays with."""

import pytest

from bmo.core.errors import NotFound
from bmo.dnd.content import Library
from bmo.dnd.dice import roll
from bmo.dnd.dice.luck import SystemLuck
from bmo.dnd.rules.terms import Ability, Condition, DamageType
from bmo.dnd.table.shelf import Shelf, of_creature, of_spell


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.standard()


def test_every_creature_may_fight(library: Library) -> None:
    blocks = [of_creature(block) for block in library.creatures()]

    assert len(blocks) >= 300
    for block in blocks:
        for line in block.attacks:
            roll(line.damage, SystemLuck())


def test_every_spell_may_be_cast(library: Library) -> None:
    spells = [of_spell(spell) for spell in library.spells()]

    assert len(spells) >= 300
    for spell in spells:
        for dice in [*spell.steps.values(), spell.damage or "1"]:
            roll(dice, SystemLuck())


def test_fireball_is_what_the_book_says(library: Library) -> None:
    fireball = Shelf(library).spell("Fireball")

    assert (fireball.level, fireball.range, fireball.save, fireball.half) == (3, 150, Ability.DEXTERITY, True)
    assert (fireball.steps[3], fireball.steps[5], fireball.type) == ("(8d6)[fire]", "(10d6)[fire]", DamageType.FIRE)
    assert fireball.area is not None
    assert (fireball.area.shape, fireball.area.size) == ("sphere", 20)


def test_what_a_spell_lays_on_somebody_is_taken_over(library: Library) -> None:
    hold = Shelf(library).spell("Hold Person")

    assert (hold.condition, hold.rounds, hold.concentration, hold.save_again) == (Condition.PARALYZED, 10, True, True)


def test_costly_components_are_asked_for(library: Library) -> None:
    raise_dead = Shelf(library).spell("Raise Dead")

    assert (raise_dead.material, raise_dead.consumed, raise_dead.casting) == ("diamond", True, "longer")


def test_healing_grows_with_the_slot(library: Library) -> None:
    cure = Shelf(library).spell("Cure Wounds")

    assert (cure.steps[1], cure.steps[2], cure.adds_modifier, cure.damage) == ("2d8", "4d8", True, None)


def test_several_attacks_of_one_action(library: Library) -> None:
    ogre, bear = Shelf(library).combatant("Ogre"), Shelf(library).combatant("Brown Bear")

    assert (ogre.attacks_per_action, bear.attacks_per_action) == (1, 2)
    assert ogre.challenge == "2"


def test_what_is_not_in_the_books_is_told(library: Library) -> None:
    with pytest.raises(NotFound):
        Shelf(library).combatant("Beholder")

"""Which role an action asks for: its own, the house's, and never too little for what is dangerous."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bmo.app.permissions import Permissions
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden


def action(name: str, effect: Effect = Effect.CHANGES, least: Role = Role.CHILD) -> Action:
    return Action(name, "Do it.", effect, BaseModel, lambda _, __: Done("Done."), least=least)


DOORS = Skill("doors", (action("door.ring", least=Role.GUEST), action("door.open", Effect.DANGEROUS, Role.OWNER)))
BELLS = Skill("bells", (action("bell.ring"), action("bell.list", Effect.READS)))


def least(may: dict[str, Role]) -> dict[str, Role]:
    return {one.name: one.least for one in Permissions([DOORS, BELLS], may).actions}


def test_an_action_asks_for_its_own_role_where_the_house_says_nothing() -> None:
    assert least({}) == {
        "door.ring": Role.GUEST, "door.open": Role.OWNER, "bell.ring": Role.CHILD, "bell.list": Role.CHILD,
    }  # fmt: skip


def test_the_house_raises_and_lowers_and_an_action_counts_more_than_its_skill() -> None:
    told = least({"bells": Role.GUEST, "bell.ring": Role.ADULT, "door.ring": Role.OWNER})

    assert (told["bell.list"], told["bell.ring"], told["door.ring"]) == (Role.GUEST, Role.ADULT, Role.OWNER)


@given(st.dictionaries(st.sampled_from(["doors", "door.open"]), st.sampled_from(Role)))
def test_what_is_dangerous_never_asks_for_less_than_an_adult(may: dict[str, Role]) -> None:
    assert least(may)["door.open"].may(Role.ADULT)


@pytest.mark.parametrize("own", [Role.GUEST, Role.CHILD])
def test_a_dangerous_action_that_forgot_its_role_asks_for_an_adult(own: Role) -> None:
    (only,) = Permissions([Skill("x", (action("x.buy", Effect.DANGEROUS, own),))], {}).actions

    assert only.least is Role.ADULT


@given(st.sampled_from(Role), st.sampled_from(Role))
def test_a_check_says_who_may(role: Role, wanted: Role) -> None:
    permissions = Permissions([BELLS], {"bells": wanted})

    if role.may(wanted):
        permissions.check("bell.ring", role)
    else:
        with pytest.raises(Forbidden, match="In this house"):
            permissions.check("bell.ring", role)


def test_a_name_that_nothing_has_is_told_with_what_is_near() -> None:
    (notice,) = Permissions([DOORS, BELLS], {"bels": Role.ADULT}).notices

    assert notice == "people.may names 'bels', which is no skill and no action. Did you mean bells?"


def test_asked_without_a_voice_to_come_is_as_it_is() -> None:
    asked = Asked(role=Role.GUEST)

    assert asked.for_role(Role.OWNER) is asked

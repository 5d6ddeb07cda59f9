"""Accounts, roles and sessions in any order: nobody ever has more than their role, and the house has an owner."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bmo.app.trust import accounts
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.satellites import SATELLITE_TABLE
from bmo.app.trust.sessions import Sessions
from bmo.app.trust.tables import PEOPLE_TABLES, TRUST_TABLES
from bmo.app.trust.trust import Trust
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Denied, Refused
from bmo.fakes.clock import ManualClock
from bmo.settings.app import WebSettings
from bmo.store.database import Database

HERE = {"REMOTE_ADDR": "127.0.0.1"}
PINS = st.sampled_from(["1111", "2222", "3333", "4444"])
NAMES = st.sampled_from(["Ada", "Ben", "Mia", "ada"])
OWNER = Visitor("session", Role.OWNER, "owner", account=1)
WHICH = st.integers(0, 7)


class House(RuleBasedStateMachine):
    """The model: who has which role and PIN, and which cookies should still open the door, as whom."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.cost, accounts.COST["n"] = accounts.COST["n"], 2
        self.clock = ManualClock()
        self.database = Database(home / "bmo.db", [TRUST_TABLES, PEOPLE_TABLES, SATELLITE_TABLE])
        self.trust = Trust(self.database, home, self.clock, WebSettings())
        self.roles: dict[int, Role] = {1: Role.OWNER}
        self.names: dict[int, str] = {1: "owner"}
        self.pins: dict[int, str] = {}
        self.cookies: dict[str, int] = {}
        self.ended: list[str] = []
        self.invitations: dict[str, int] = {}
        self.closed: list[str] = []
        self.trust.sessions.on_end(self.closed.append)

    def teardown(self) -> None:
        accounts.COST["n"] = self.cost
        self.database.close()
        self.folder.cleanup()

    def somebody(self, which: int) -> int:
        return sorted(self.roles)[which % len(self.roles)]

    def end(self, who: int) -> None:
        """All sessions of this person must be over."""
        self.ended += [cookie for cookie, account in self.cookies.items() if account == who]
        self.cookies = {cookie: account for cookie, account in self.cookies.items() if account != who}

    def last_owner(self, who: int) -> bool:
        return [one for one, role in self.roles.items() if role is Role.OWNER] == [who]

    @rule(name=NAMES, role=st.sampled_from(Role), pin=st.one_of(st.just(""), PINS))
    def add(self, name: str, role: Role, pin: str) -> None:
        taken = name.casefold() in [known.casefold() for known in self.names.values()] or pin in self.pins.values()
        try:
            new = self.trust.people.add(name, role, pin)
        except Refused:
            assert taken
            return
        assert not taken
        self.roles[new.id], self.names[new.id] = role, name
        if pin:
            self.pins[new.id] = pin

    @rule(which=WHICH, name=NAMES)
    def rename(self, which: int, name: str) -> None:
        who = self.somebody(which)
        taken = name.casefold() in [known.casefold() for one, known in self.names.items() if one != who]
        try:
            self.trust.people.rename(who, name)
        except Refused:
            assert taken
        else:
            assert not taken
            self.names[who] = name

    @rule(which=WHICH, role=st.sampled_from(Role))
    def change_role(self, which: int, role: Role) -> None:
        who = self.somebody(which)
        if self.roles[who] is role:
            return
        try:
            self.trust.people.set_role(who, role)
        except Refused:
            assert self.last_owner(who)
            return
        assert not self.last_owner(who)
        self.roles[who] = role
        self.invitations = {code: account for code, account in self.invitations.items() if account != who}
        self.end(who)

    @rule(which=WHICH, pin=PINS)
    def set_pin(self, which: int, pin: str) -> None:
        who = self.somebody(which)
        taken = pin in [known for one, known in self.pins.items() if one != who]
        try:
            self.trust.people.set_pin(who, pin, OWNER)
        except Refused:
            assert taken
            return
        assert not taken
        if who in self.pins:
            self.end(who)
        self.pins[who] = pin

    @rule(which=WHICH)
    def remove(self, which: int) -> None:
        who = self.somebody(which)
        try:
            self.trust.people.remove(who)
        except Refused:
            assert self.last_owner(who)
            return
        assert not self.last_owner(who)
        self.end(who)
        for known in (self.roles, self.names, self.pins):
            known.pop(who, None)  # type: ignore[attr-defined]
        self.invitations = {code: account for code, account in self.invitations.items() if account != who}

    @rule(which=WHICH)
    def sign_out(self, which: int) -> None:
        who = self.somebody(which)
        self.trust.people.sign_out(who)
        self.invitations = {code: account for code, account in self.invitations.items() if account != who}
        self.end(who)

    @rule(pin=PINS)
    def sign_in(self, pin: str) -> None:
        holders = [who for who, known in self.pins.items() if known == pin]
        self._try(lambda: self.trust.by_pin(pin, HERE), holders)

    @rule(which=WHICH)
    def invite(self, which: int) -> None:
        who = self.somebody(which)
        self.invitations = {code: account for code, account in self.invitations.items() if account != who}
        self.invitations[self.trust.people.invite(who)] = who

    @precondition(lambda self: self.invitations)
    @rule(which=WHICH)
    def follow_an_invitation(self, which: int) -> None:
        code = sorted(self.invitations)[which % len(self.invitations)]
        self._try(lambda: self.trust.by_code(code, HERE), [self.invitations.pop(code)])

    @rule()
    def restart(self) -> None:
        self.trust.sessions = self.trust.people._sessions = Sessions(self.database, self.clock)
        self.trust.sessions.on_end(self.closed.append)

    def _try(self, sign_in: Any, holders: list[int]) -> None:
        self.trust._sign_ins = Attempts(self.clock)  # limits have tests of their own
        try:
            cookie = sign_in()
        except Denied:
            assert not holders
            return
        assert holders
        self.cookies[cookie] = holders[0]

    @invariant()
    def the_house_has_an_owner(self) -> None:
        assert Role.OWNER in [account.role for account in self.trust.accounts.all()]

    @invariant()
    def whoever_is_in_has_the_role_of_their_account_now(self) -> None:
        for cookie, who in self.cookies.items():
            visitor = self.trust.sessions.visitor(cookie)
            assert visitor is not None
            assert (visitor.account, visitor.role, visitor.name) == (
                who, self.roles[who], self.names[who],
            )  # fmt: skip

    @invariant()
    def whoever_was_signed_out_stays_out(self) -> None:
        assert not [cookie for cookie in self.ended if self.trust.sessions.visitor(cookie)]


House.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHouse = House.TestCase

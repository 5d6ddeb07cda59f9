"""The rules about people: what ends whose sessions, and how a new person comes in."""

from bmo.app.trust.accounts import Account, Accounts
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.codes import Invitations
from bmo.app.trust.sessions import Sessions
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import PersonRemoved, PersonRenamed, Role
from bmo.core.clock import Clock
from bmo.core.events import Events

FREE_PINS = 5
"""PINs that somebody but an owner may choose before they have to wait: a PIN that is taken tells somebody else's."""


class People:
    """Changes accounts; whoever may do less than before, or is gone, is signed out at once, with their sockets.

    Tells `PersonRenamed` and `PersonRemoved` once it is on the disk. Who may call what is the caller's business.
    """

    def __init__(
        self, accounts: Accounts, sessions: Sessions, invitations: Invitations, clock: Clock, events: Events
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._invitations = invitations
        self._events = events
        self._pins = Attempts(clock, free=FREE_PINS)

    def add(self, name: str, role: Role, pin: str = "") -> Account:
        """Somebody new; without a PIN they come in by an invitation. Raises `Refused`, and then nobody was added."""
        account = self._accounts.add(name, role)
        if pin:
            try:
                self._accounts.set_pin(account.id, pin)
            except BaseException:
                self._accounts.remove(account.id)
                raise
        return self._accounts.of(account.id)

    def rename(self, number: int, name: str) -> None:
        """Call somebody otherwise; they stay signed in. Raises `NotFound`, `Refused`."""
        old = self._accounts.of(number).name
        if old == name:
            return
        self._accounts.rename(number, name)
        self._sessions.rename(number, name)
        self._events.tell(PersonRenamed(old, name))

    def set_role(self, number: int, role: Role) -> None:
        """Somebody may do more or less, and signs in anew. Raises `NotFound`, `Refused` when no owner would be left."""
        if self._accounts.of(number).role is role:
            return
        self._accounts.set_role(number, role)
        self._invitations.revoke(number)
        self._sessions.end_of(number)

    def set_pin(self, number: int, pin: str | None, by: Visitor) -> None:
        """Somebody's new PIN; None takes it away. Whoever came in by the old one must sign in again.

        Raises `NotFound`, `Refused`, and `TooMany` for one PIN after another: each tells whether it is somebody's.
        """
        if by.role is not Role.OWNER:
            self._pins.begin(str(by.account))
        changed = self._accounts.of(number).has_pin
        if pin is None:
            self._accounts.forget_pin(number)
        else:
            self._accounts.set_pin(number, pin)
        if changed:
            self._sessions.end_of(number, by.session)

    def sign_out(self, number: int) -> None:
        """Everywhere, and an invitation that is still open opens nothing. Raises `NotFound`."""
        self._accounts.of(number)
        self._invitations.revoke(number)
        self._sessions.end_of(number)

    def invite(self, number: int) -> str:
        """A code that signs in as this person once. Raises `NotFound`."""
        return self._invitations.issue(self._accounts.of(number).id)

    def remove(self, number: int) -> None:
        """Delete an account, and what is kept of the person.

        Raises `NotFound`, `Refused` when no owner would be left.
        """
        name = self._accounts.of(number).name
        self._accounts.remove(number)
        self._sessions.end_of(number)
        self._events.tell(PersonRemoved(name))

"""Who speaks: a voice beside those that BMO knows. "Unknown" is an answer; a wrong name is worse than none.

It is found out in a thread of its own while the words are written down, and nobody waits for it: what comes too late
is told and recorded, but the turn has gone on without. Only something that needs a higher role than the device has
waits a moment. A voice can be imitated or played from a tape: it never makes anybody more than an adult, and changes
nothing where somebody is signed in.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.voiceprint import EmbedVoice, Voiceprint
from bmo.core.errors import BmoError, Refused, Unavailable
from bmo.core.trace import set_trace
from bmo.voice.profiles import Profile, Profiles, name_of, unit

log = logging.getLogger(__name__)

LIKENESS = 0.75
"""Cosine with the mean of somebody's clips from which it is them. Measured with Resemblyzer: the same person 0.74 to
0.96, others 0.55 in the middle and 0.70 in nine of ten."""
MARGIN = 0.05
"""So much nearer it has to be than to anybody else."""
LEAST_SECONDS = 1.6
"""Of speech: one look of the network. From less, the same person is like a stranger (0.54 to 0.76 for 1 s)."""
SAME = 0.6
"""Likeness from which a clip may be of the person whose other clips it joins."""
AT_ONCE = 4
"""Voices looked at at a time; beyond it, nobody is recognised."""
PATIENCE = 0.3
"""Seconds that something waits which the device alone may not do: the look takes 0.06 to 0.08 s beside the words."""
MOST = Role.ADULT
"""What a voice may do, whoever's it is."""
NO_EARS = "Voices are told apart by the AI server on this machine only, and there is none: start BMO with `bmo run`."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose voice it is."""

    person: str
    """Empty: nobody BMO knows, or nobody it is sure of."""
    likeness: float
    """Cosine with the nearest; 0 when nothing was compared."""
    nearest: str = ""
    """Who that is."""


UNKNOWN = Verdict("", 0.0)


def decide(voice: Voiceprint, known: Iterable[Profile]) -> Verdict:
    """Who it is among those enrolled with the same engine."""
    vector = unit(voice.vector)
    those = [profile for profile in known if profile.engine == voice.engine and profile.enough]
    ranked = sorted(((profile.likeness(vector), profile.person) for profile in those), reverse=True)
    if not ranked or 0 < voice.seconds < LEAST_SECONDS:
        return UNKNOWN
    best, person = ranked[0]
    sure = best > LIKENESS and all(best - other >= MARGIN for other, _ in ranked[1:])
    return Verdict(person if sure else "", round(best, 3), person)


class Recognition:
    """One look at whose voice it is, in a thread of its own."""

    def __init__(self, look: Callable[[], Verdict], trace: str) -> None:
        self._look = look
        self._trace = trace
        self._lock = threading.Lock()
        self._told: list[Callable[[Verdict], None]] = []
        self._verdict: Verdict | None = None
        self._over = threading.Event()

    @property
    def verdict(self) -> Verdict | None:
        """Who it is; None while that is not known. Never waits."""
        return self._verdict

    def waited(self, seconds: float) -> Verdict | None:
        """Who it is, waited for so long at most; None when it is not known by then, or will not be."""
        self._over.wait(seconds)
        return self._verdict

    def tell(self, told: Callable[[Verdict], None]) -> None:
        """Call `told` once it is known: now, or from the thread that finds out, or never if it fails."""
        with self._lock:
            if self._verdict is None:
                self._told.append(told)
                return
        told(self._verdict)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name=f"who {self._trace}", daemon=True).start()

    def _run(self) -> None:
        try:
            self._find_out()
        finally:
            self._over.set()

    def _find_out(self) -> None:
        set_trace(self._trace)
        try:
            verdict = self._look()
        except Refused as short:  # a cough, or one word
            log.info("whose voice it is cannot be told: %s", short.sentence)
            verdict = UNKNOWN
        except BmoError as fault:
            log.warning("whose voice it is was not found out: %s", fault.sentence)
            return
        except Exception:
            log.exception("a look at whose voice it is broke")
            return
        with self._lock:
            self._verdict = verdict
            waiting, self._told = self._told, []
        self._over.set()
        for told in waiting:
            told(verdict)


class Who:
    """Knows people by their voice, and learns new ones."""

    def __init__(
        self,
        profiles: Profiles,
        embed: EmbedVoice | None,
        role_of: Callable[[str], Role | None] = lambda _: None,
    ) -> None:
        """`embed` is the one of this machine; None when it has none. `role_of` tells the role of the account of this
        name, None where there is none."""
        self.profiles = profiles
        self._embed = embed
        self._role_of = role_of
        self._room = threading.BoundedSemaphore(AT_ONCE)

    @property
    def why_not(self) -> str:
        """Why no voice can be told from another; empty when it can."""
        return "" if self._embed else NO_EARS

    def begin(self, sound: Pcm, trace: str) -> Recognition | None:
        """Start to find out who it is (16 kHz, wake phrase and command); None when there is nobody it could be, or
        too much to do."""
        if self._embed is None or not self._anybody(unsure=False) or not self._room.acquire(blocking=False):
            return None

        def look() -> Verdict:
            try:
                return self.identify(sound)
            finally:
                self._room.release()

        recognition = Recognition(look, trace)
        recognition.start()
        return recognition

    def asking(self, asked: Asked, recognition: Recognition | None) -> Asked:
        """`asked`, with the speaker if it is known by now, and with what they may do where anybody may stand.

        There, once BMO knows any voice, one that it does not recognise is a guest's.
        """
        verdict = recognition.verdict if recognition else None
        now = self._asking(asked, verdict)
        if recognition is None or verdict is not None or not asked.shared:
            return now
        return replace(now, late=lambda: self._asking(asked, recognition.waited(PATIENCE)))

    def _asking(self, asked: Asked, verdict: Verdict | None) -> Asked:
        person = verdict.person if verdict else ""
        asked = replace(asked, speaker=person)
        if not asked.shared or not self._anybody(unsure=True):
            return asked
        return replace(asked, role=self.role(person) if person else Role.GUEST)

    def role(self, person: str) -> Role:
        """What somebody may do once they are known by their voice."""
        return (self._role_of(person) or Role.GUEST).at_most(MOST)

    def identify(self, sound: Pcm) -> Verdict:
        """Who it is, waited for. Raises `Unavailable`, or `Refused` where nobody speaks."""
        return decide(self._heard(sound), self.profiles.all())

    def learn(self, person: str, sound: Pcm) -> tuple[Profile, Verdict]:
        """Keep one more clip of somebody, and tell who among the others is near: they may be mixed up.

        Raises `Refused` (with what to do) for a bad name, too little speech, or another voice than before,
        `Unavailable`, `Broken`.
        """
        name_of(person)
        voice = self._heard(sound)
        if voice.seconds and voice.seconds < LEAST_SECONDS:
            raise Refused("That was too short to know a voice by. Read the whole sentence.", code="too_short")
        mine = self.profiles.of(person, voice.engine)
        if mine.clips and mine.likeness(unit(voice.vector)) < SAME:
            raise Refused(
                f"That does not sound like the other recordings of {mine.person}. Try again somewhere quiet, "
                "or delete this voice and begin anew.",
                code="another_voice",
            )
        others = [profile for profile in self.profiles.all() if profile.person != mine.person]
        return self.profiles.add(person, voice), decide(voice, others)

    def _heard(self, sound: Pcm) -> Voiceprint:
        if self._embed is None:
            raise Unavailable(NO_EARS, code="no_voiceprint")
        return self._embed.embed(sound)

    def _anybody(self, unsure: bool) -> bool:
        """Whether any voice can be recognised; `unsure` when that cannot be read."""
        try:
            return any(profile.enough for profile in self.profiles.all())
        except BmoError as fault:
            log.warning("BMO does not know any voice now: %s", fault.sentence)
            return unsure

"""BMO as a system of `voice.py`: whole, and as its own stages one after the other."""

import time
from pathlib import Path

from parts.page import FRAME, RATE, Page
from parts.pauses import Listener
from parts.reached import Reached
from parts.utterances import Utterance
from parts.voice_house import KEY, VoiceHouse

from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording
from bmo.remote.server import Server
from bmo.remote.transcribe import RemoteTranscribe


class Bmo:
    """As people get it."""

    name = "BMO"

    def __init__(self, house: VoiceHouse) -> None:
        self._app = house.app
        self._page = Page(house.app)

    def ask(self, said: Utterance) -> Reached:
        """One turn."""
        self._app.post("/api/chat/clear", {})
        turn = self._page.ask(said.sound)
        stages = turn.stages()
        known = max(stages["endpoint"] or 0.0, stages["transcript"] or 0.0)
        rest = None if stages["first_audio"] is None else round(stages["first_audio"] - known, 1)
        return Reached(stages["first_audio"], stages["transcript"], turn.heard, turn.reply, rest)

    def close(self) -> None:
        self._page.close()


class InSequence:
    """The same parts, each after the whole of the one before, and 1.5 s of silence at the end of every command."""

    name = "BMO's stages in sequence"

    def __init__(self, house: VoiceHouse, listener: Listener) -> None:
        self._app = house.app
        self._transcribe = RemoteTranscribe(Server("here", house.ai_url, KEY, supervised=True))
        self._listener = listener

    def ask(self, said: Utterance) -> Reached:
        """One turn. Nobody waits for the sound: when the rule would have ended it is found beforehand."""
        self._app.post("/api/chat/clear", {})
        silence = self._listener.listen(said).ended
        heard_until = int((said.last + silence) * RATE) // FRAME * FRAME
        began = time.monotonic()
        sound = Pcm(said.sound[:heard_until].tobytes(), RATE)
        heard = self._transcribe.transcribe(Recording(sound)).text.strip()
        transcript = silence + time.monotonic() - began
        reply = self._app.chat(heard)
        self._app.say(reply[:1_000], "bmo")
        first_audio = silence + time.monotonic() - began
        return Reached(round(first_audio * 1_000, 1), round(transcript * 1_000, 1), heard, reply)


def listener_by_rule(models: Path) -> Listener:
    """Hears 1.5 s of silence and looks at no words."""
    return Listener(models, None, adaptive=False)

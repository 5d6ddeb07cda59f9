"""A whole turn: understand, think, act and speak at the same time, told as one stream that always ends with `Ended`.

One thread thinks (`thinking`), one speaks (`aloud`), and whoever reads the stream merges what they make (`telling`).
The reader decides the pace; closing the stream lets both threads go.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.capabilities.turn import Brain, Said, TurnEvent
from bmo.core.clock import Clock
from bmo.core.errors import BmoError
from bmo.core.events import Events
from bmo.core.stopping import work_until
from bmo.core.trace import set_trace, trace
from bmo.voice.aloud import Aloud
from bmo.voice.endings import BROKEN
from bmo.voice.fixed import Fixed
from bmo.voice.flow import Flow, Stopwatch
from bmo.voice.guess import Guess, Judge
from bmo.voice.imagined import imagined
from bmo.voice.served import Serving
from bmo.voice.tag_desk import TagDesk
from bmo.voice.telling import Pauses, Telling, ThoughtOver, TurnFlow, VoiceOver
from bmo.voice.thinking import Question, Thinking
from bmo.voice.turn_log import Ending, TurnRecord
from bmo.voice.who import Recognition, Who

log = logging.getLogger(__name__)
NOTHING = Pcm(b"", SPEECH_RATE)
LET_GO_SECONDS = 0.5
"""How long the end of a turn waits for its threads. One that is connecting to a server goes a little later."""


class Turns:
    """Runs turns for everybody. Several may run at once; each holds two threads while it lasts."""

    def __init__(
        self,
        transcribe: Transcribe,
        brain: Brain,
        speak: Speak,
        clock: Clock,
        attempts: Events,
        fixed: Fixed,
        voice: str = "bmo",
        pauses: Pauses | None = None,
        *,
        keep: Callable[[TurnRecord], None] = lambda _: None,
        who: Who | None = None,
        tags: TagDesk | None = None,
    ) -> None:
        """`attempts` is where the chains publish their `Attempt`s; `voice` is the name of the voice to speak with;
        `keep` is handed the record of each turn when it is over; `who` knows people by their voice; `tags` acts on
        response tags."""
        self._transcribe = transcribe
        self._brain = brain
        self._speak = speak
        self._clock = clock
        self._attempts = attempts
        self._fixed = fixed
        self._voice = voice
        self._pauses = pauses or Pauses()
        self._keep = keep
        self._who = who
        self._tags = tags or TagDesk()

    def typed(self, said: Said, aloud: bool, stop: threading.Event) -> Stream[TurnEvent]:
        """The turn for a typed question. Nothing happens before the first `next`."""
        record = self._record(said.asked, said.text)
        yield from record.followed(self._turn(record.trace, lambda _: said, aloud, stop, 0.0), self._keep)

    def guess(self, sound: Pcm, turn: str, lead: Pcm = NOTHING) -> Guess:
        """Writes down what was said so far, for `spoken` of the turn of this trace id; not started.

        `lead` is what was heard of the same person before, the wake phrase: it helps to know them by their voice.
        """
        return Guess(self._transcribe, sound, turn, self._attempts, lambda: self._whose(lead, sound, turn))

    def written(self, sound: Pcm) -> str:
        """What is said in this sound (16 kHz); empty when nobody speaks in it, or nobody can write it down."""
        try:
            transcript = self._transcribe.transcribe(Recording(sound))
        except BmoError as failure:
            log.info("what was overheard could not be written down: %s", failure)
            return ""
        return "" if imagined(transcript, sound) else transcript.text.strip()

    def judge(self, sentence: float, longest: float) -> Judge:
        """Tells how much silence the words ask for, in seconds; see `Judge`."""
        return Judge(self._brain.whole, sentence, longest)

    def spoken(
        self,
        sound: Pcm,
        asked: Asked,
        stop: threading.Event,
        silence: float = 0.0,
        guess: Guess | None = None,
        ending: Ending = "",
        lead: Pcm = NOTHING,
    ) -> Stream[TurnEvent]:
        """The turn for a recording (16 kHz) that ends with `silence` seconds of quiet: timings count from before it.

        `guess` is one of all that was said; `ending` tells why the recording ended; `lead` as for `guess`.
        """
        record = self._record(asked, None, ending)
        whose = guess.recognition if guess else self._whose(lead, sound, record.trace)
        turn = self._turn(
            record.trace,
            lambda thinking: thinking.understood(sound, asked, guess, whose, self._who),
            True,
            stop,
            silence,
        )
        yield from record.followed(turn, self._keep)

    def _whose(self, lead: Pcm, sound: Pcm, trace: str) -> Recognition | None:
        """Begins to find out whose voice it is."""
        together = Pcm(lead.samples + sound.samples, sound.rate) if lead.rate == sound.rate else sound
        return self._who.begin(together, trace) if self._who else None

    def _record(self, asked: Asked, text: str | None, ending: Ending = "") -> TurnRecord:
        """Under the trace id of this thread, or a new one. `text` is None for a spoken turn."""
        began = self._clock.now().isoformat()
        identity = trace() or secrets.token_hex(6)
        return TurnRecord(identity, began, asked.person, asked.room, text is None, ending, text or "")

    def _turn(
        self, identity: str, question: Question, aloud: bool, stop: threading.Event, silence: float
    ) -> Stream[TurnEvent]:
        flow: TurnFlow = Flow()
        watch = Stopwatch(self._clock, ahead=silence)
        serving = Serving(identity, flow.put)
        voice = Aloud(self._speak, self._voice, flow, watch) if aloud else None
        thinking = Thinking(self._brain, self._transcribe, flow, watch, voice, serving.note, self._tags)
        works = [lambda: _think(thinking, question, flow)]
        if voice is not None:
            works.append(lambda: _speak(voice, serving, flow))
        threads = _threads(identity, flow.halt, works)
        telling = Telling(flow, watch, self._clock, self._fixed, self._pauses, stop)
        forget = self._attempts.on(Attempt, serving.note)
        try:
            for thread in threads:
                thread.start()
            yield from telling.events(aloud)
        finally:
            flow.halt.set()
            if voice is not None:
                voice.no_more()
            forget()
            for thread in threads:
                thread.join(timeout=LET_GO_SECONDS)


def _threads(identity: str, halt: threading.Event, works: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    """One thread for each work, not started, with the turn's trace id and its end."""

    def traced(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            set_trace(identity)
            work_until(halt)
            work()

        return run

    return [threading.Thread(target=traced(work), name=f"turn {identity}", daemon=True) for work in works]


def _think(thinking: Thinking, question: Question, flow: TurnFlow) -> None:
    """The first thread. A fault of our own ends the turn like any other failure: nobody is left waiting."""
    ended = BROKEN
    try:
        ended = thinking.run(question)
    except Exception:
        log.exception("a turn broke while thinking")
    finally:
        flow.put(ThoughtOver(ended))


def _speak(voice: Aloud, serving: Serving, flow: TurnFlow) -> None:
    """The second thread."""
    failure: BmoError | None = BmoError(BROKEN.sentence, code=BROKEN.code)
    try:
        failure = voice.run()
    except Exception:
        log.exception("a turn broke while speaking")
    finally:
        if failure is not None:
            serving.nobody("speak", failure)
        flow.put(VoiceOver(failure))

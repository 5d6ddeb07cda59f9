"""Commands understood without a model, by the sentence templates of the actions: milliseconds, offline, always.

One sentence is the grammar's business. Here is what people make of sentences: several commands in one, corrections
in the middle, words that mean nothing, and texts that go on with what was said before.
"""

from collections.abc import Iterable, Iterator, Sequence

from bmo.assistant.grammar import Grammar, Reading
from bmo.assistant.language import language as words_of
from bmo.assistant.repairs import Meant, borrowed, continued, correction_in, goes_on, is_withdrawn, repaired
from bmo.assistant.spelling import ENGLISH, addressed, pieces, tidy
from bmo.capabilities.action import Action, Effect

__all__ = ["Intents", "Reading"]

LONGEST = 300
"""Characters; longer texts are not commands, and wildcards would be slow on them."""
MOST_PIECES = 9
"""Where one sentence may be cut, plus one."""
MOST_COMMANDS = 5
"""In one sentence."""
MOST_LOOKS = 60
"""Sentences that one text is tried as: a bound on the time it takes."""
OWN_WORDS = 3
"""Words of what may be a command of its own in the middle of a text that somebody wants said or kept."""
FREE_WORDS = 2
"""A longer argument is a text rather than a name, and nothing is guessed into it."""

Command = list[Reading]
"""The equally good readings of one command."""


class Intents:
    """The sentences of these actions, compiled once."""

    def __init__(self, actions: Sequence[Action], language: str = ENGLISH) -> None:
        self._words = words_of(language)
        self._grammar = Grammar(actions, language)

    def understand(self, text: str, said: str = "") -> list[Command]:
        """The commands in this text, in order, each with its equally good readings; empty when it is no command.

        `said` is the turn before, for a text that goes on with it: "and in Tokyo?".
        """
        text, look = self._tidied(text), _Looks(self._grammar)
        commands, _ = self._first(self._versions(text), look)
        if said and (not commands or _asks(commands)):
            commands = self._after(self._tidied(said), text, look)[0] or commands
        return commands

    def went_on(self, said: str, text: str) -> tuple[list[Command], str]:
        """The commands in a text that goes on with `said`, and the words that would have said them in full."""
        return self._after(self._tidied(said), self._tidied(text), _Looks(self._grammar))

    def interrupts(self, text: str) -> bool:
        """Whether this may be obeyed while BMO speaks: "stop"."""
        commands = self.understand(text)
        return bool(commands) and all(readings[0].action.interrupts for readings in commands)

    def _tidied(self, text: str) -> str:
        """Empty for what is too long to be a command."""
        text = addressed(text, self._words.name)
        return tidy(text, self._words.name) if len(text) <= LONGEST else ""

    def _versions(self, text: str) -> Iterator[Meant]:
        """What a text may be without its corrections and empty words, the likeliest first."""
        for version in dict.fromkeys((text, self._words.aside.sub("", text))):
            correction = correction_in(version, self._words)
            if correction is None:
                yield Meant(version)
                continue
            if is_withdrawn(correction, self._words):
                return
            meant = repaired(correction, self._words)
            yield from (*meant, Meant(version)) if correction.sure else (Meant(version), *meant)

    def _after(self, said: str, text: str, look: "_Looks") -> tuple[list[Command], str]:
        """What a text means that goes on with what was said before; what only asks back does not."""
        earlier, _ = self._first(self._versions(said), look)
        completes = bool(earlier) and _asks(earlier)
        if not said or not text or not (completes or goes_on(text, self._words)):
            return [], ""
        commands, full = self._first(continued(said, text, self._words, completes=completes), look)
        return ([], "") if _asks(commands) else (commands, full)

    def _first(self, versions: Iterable[Meant], look: "_Looks") -> tuple[list[Command], str]:
        """The first version that makes sense; one that only makes BMO ask back gives way to a better one."""
        asking: tuple[list[Command], str] = [], ""
        for version in versions:
            commands = self._commands(version, look)
            if commands and not _asks(commands):
                return commands, version.text
            asking = asking if asking[0] else (commands, version.text)
        return asking

    def _commands(self, version: Meant, look: "_Looks") -> list[Command]:
        spans = pieces(version.text, self._words.name)
        if not spans or len(spans) > MOST_PIECES:
            return []
        parts = _Parts(version.text, spans)
        commands = _without_echoes(self._partition(parts, "", look))
        if len(commands) > MOST_COMMANDS or (version.loose and any(_free(command) for command in commands)):
            return []
        return commands

    def _partition(self, parts: "_Parts", before: str, look: "_Looks") -> list[Command]:
        """As few commands as possible, so that "salt and pepper" stays one thing, but none inside of another's text."""
        whole = look(parts.until(len(parts.spans)))
        if whole and whole[0].action.own_words:
            return [whole]
        for cut in range(1, len(parts.spans)):
            if self._stands_alone(parts.after(cut), look) and (first := self._one(parts.until(cut), before, look)):
                command, text = first
                if others := self._partition(parts.after(cut), text, look):
                    return [command, *others]
        for cut in range(len(parts.spans), 0, -1):
            first = self._one(parts.until(cut), before, look)
            if first is None:
                continue
            command, text = first
            if cut == len(parts.spans):
                return [command]
            if others := self._partition(parts.after(cut), text, look):
                return [command, *others]
        return []

    def _stands_alone(self, parts: "_Parts", look: "_Looks") -> bool:
        """Whether a command begins here that needs nothing of what was said before."""
        for cut in range(len(parts.spans), 0, -1):
            text = parts.until(cut)
            readings = look(text) if len(text.split()) >= OWN_WORDS else []
            if readings and not readings[0].action.asks:
                return True
        return False

    def _one(self, text: str, before: str, look: "_Looks") -> tuple[Command, str] | None:
        """This text as one command, and the words that say it in full: what follows may borrow of what came first."""
        if readings := look(text):
            return readings, text
        for meant in borrowed(before, text, self._words):
            if (readings := look(meant.text)) and not readings[0].action.asks:
                return readings, meant.text
        return None


class _Parts:
    """A text, and where it may be cut."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self.spans = spans

    def until(self, cut: int) -> str:
        return self._text[self.spans[0][0] : self.spans[cut - 1][1]]

    def after(self, cut: int) -> "_Parts":
        return _Parts(self._text, self.spans[cut:])


class _Looks:
    """Readings of sentences, each looked at once, and not more than may be."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._seen: dict[str, Command] = {}

    def __call__(self, text: str) -> Command:
        if text not in self._seen:
            self._seen[text] = self._grammar.readings(text) if len(self._seen) < MOST_LOOKS else []
        return self._seen[text]


def _without_echoes(commands: list[Command]) -> list[Command]:
    """ "That's enough. Stop talking." says one thing twice. Two timers of the same length are two."""
    kept = commands[:1]
    for command in commands[1:]:
        once = command[0].action.effect is Effect.READS or command[0].action.interrupts
        if not (once and command == kept[-1]):
            kept.append(command)
    return kept


def _asks(commands: list[Command]) -> bool:
    return any(readings[0].action.asks for readings in commands)


def _free(command: Command) -> bool:
    """Whether an argument is a text of its own, which nothing may be guessed into."""
    told = command[0].arguments.model_dump()
    return any(isinstance(value, str) and len(value.split()) > FREE_WORDS for value in told.values())

"""What BMO says, in more than one language: English with what it was made of, and catalogues of the same sentences.

A skill writes `Told("Timer set for {length}.", length=...)` where it would write an f-string. That is a `str` in
English, so whoever knows nothing of languages goes on as before; `said_in` says it by a catalogue, which has the
English template as the key: `"Timer set for {length}.": "Timer gestellt: {length}."`.
"""

from collections.abc import Mapping, Sequence

Catalogue = Mapping[str, str]
"""By English template, the same in another language; it may use any of the slots that the English one was given."""


class Told(str):
    """A sentence, or a part of one, in English. Parts that are `Told` themselves are said in the same language."""

    template: str
    slots: Mapping[str, object]

    def __new__(cls, template: str, /, **slots: object) -> "Told":
        """The template with its slots filled in, which may be more than it uses: other languages need other parts.

        Without slots it is a text that is said as it stands, braces and all.
        """
        return cls._made(_filled(template, slots), template, slots)

    def capital(self) -> "Told":
        """The same with its first letter as a sentence begins."""
        return self._made(self[:1].upper() + self[1:], self.template, self.slots)

    @classmethod
    def _made(cls, text: str, template: str, slots: Mapping[str, object]) -> "Told":
        told = super().__new__(cls, text)
        told.template, told.slots = template, slots
        return told


def listed(parts: Sequence[str], between: str = ", ", last: str = " and ") -> Told:
    """ "a, b and c"; empty for none. What stands between them is said in the language, too."""
    slots: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    named = [f"{{{name}}}" for name in slots]
    template = "{last}".join(["{between}".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
    return Told(template, **slots, between=Told(between), last=Told(last))


def said_in(catalogue: Catalogue, text: str) -> str:
    """This text by a catalogue; what it does not have stays English. A sentence begins with a capital letter."""
    said = _said(catalogue, text) if isinstance(text, Told) else catalogue.get(text, text)
    return said[:1].upper() + said[1:] if text[:1].isupper() else said


def _said(catalogue: Catalogue, part: object) -> str:
    if not isinstance(part, Told):
        return str(part)
    template = catalogue.get(part.template, part.template)
    return _filled(template, {name: _said(catalogue, value) for name, value in part.slots.items()})


def _filled(template: str, slots: Mapping[str, object]) -> str:
    return template.format(**slots) if slots else template

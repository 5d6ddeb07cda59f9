"""From what was typed or transcribed to what the sentence templates can match."""

import re

_HEY = r"(?:hey|hi|hello|ok|okay|yo|oh)"
NAMES = r"(?:b\.?[\s-]?m\.?[\s-]?o\.?|b(?:e+|ea|ei|i|ie|y)[\s-]?mo(?:h|w|e)?|beam[\s-]?oh?|be more|jarvis)"
"""The robot's name, and what speech-to-text makes of it and of the wake phrase."""
_AFTER_HEY = r"(?:[pv](?:e+|ea|i)[\s-]?mo|p\.?m\.?o\.?|bmw|bimbo|b\.?m\.?|nemo|emo|demo|travis|service)"
"""Words of their own, and BMO's name only after "hey"."""
_IN_ONE = r"(?:h(?:a|ey|ay|i|ei)[\s-]?b(?:l?e+|le|ea|i)mo|hab[el]+[\s-]?mos?)"
"""The two written as one word: "HableMO"."""

_CALLED = re.compile(rf"^\W*(?:{_HEY}\b[\s,]*(?:{NAMES}|{_AFTER_HEY})|{NAMES}|{_IN_ONE})\b[\s,.:;!?-]*", re.IGNORECASE)
_CALLED_LAST = re.compile(rf"[\s,]+{NAMES}\s*$", re.IGNORECASE)
_HESITATION = re.compile(r"\b(?:please|uh+|um+|erm?|hmm+)\b[\s,]*", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|so|well|now|and|then|also|just|kindly|alright|yeah|yes|right|oh|quickly|actually)"
    r"|(?:could|can|would|will) you(?: (?:maybe|just|quickly|kindly|also|go ahead and))?(?= \w)"
    r"|(?:would|might) it be possible to|(?:i was wondering|i wonder) if you could|do you think you could"
    r"|would you be able to|do me a favou?r and|go ahead and|i want you to|i need you to|i want to"
    r"|i(?: would|'d) like (?:you to|to)"
    r"|i(?: would|'d) like|let us|let's|help me|be so kind and)[\s,]+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"[\s,]+(?:thanks|thank you|for me|right now|now|okay|ok|would you|will you|can you|could you|if you can"
    r"|if you could|if you would|real quick|quickly|again|kindly|my friend|buddy)$",
    re.IGNORECASE,
)
_SHORT = {
    "what's": "what is", "whats": "what is", "how's": "how is", "when's": "when is", "that's": "that is",
    "i'm": "i am", "it's": "it is", "i've": "i have", "what're": "what are", "where's": "where is", "who's": "who is",
}  # fmt: skip
_QUESTION = re.compile(
    r"^(?:what|who|whom|whose|when|where|why|how|which|is|are|am|was|were|does|did|has|had|should|shall|may|might|if"
    r"|(?:do|have) (?:i|you|we|they|the|my|all|any)|(?:can|could) (?:i|we|it|the)|(?:would|will) (?:i|we|it|the|my)"
    r"|(?:is|are|was|do|does|did|has|have)n't"
    r"|tell me (?:what|how|when|why|who|which|where|if|about))\b",
    re.IGNORECASE,
)


def addressed(text: str) -> str:
    """The text without BMO's name around it: "Hey BMO, what time is it?" -> "what time is it?"."""
    text = text.replace("’", "'").strip()
    called = _CALLED.sub("", text, count=1)
    return _CALLED_LAST.sub("", called) if called else called


def plain(text: str) -> str:
    """One sentence without politeness, hesitation, contractions and punctuation; the case stays."""
    text = re.sub(r"[,;:!?\"“”()]+(?=\s|$)|(?<!\w)[\"“”(]|\.+(?=\s|$)", " ", text)
    text = " ".join(_SHORT.get(word.lower(), word) for word in text.split())
    text = _HESITATION.sub("", text).strip()
    text = _stripped(_LEADING, text)
    text = _stripped(_TRAILING, text)
    return re.sub(r"'s\b", "s", text)


def is_question(text: str) -> bool:
    """Whether this asks something: a question never changes anything. "Can you set a timer?" is no question."""
    return bool(_QUESTION.match(_stripped(_LEADING, _HESITATION.sub("", text).strip(" ,.!?"))))


def pieces(text: str) -> list[str]:
    """The text cut wherever one command could end and the next begin: at "and", "then" and sentence ends."""
    parts = re.split(r"(?:[.;!?]+\s+|,\s+|\s+)(?:and then|and also|and|then|also)\s+|[.;!?]+\s+", text.strip(" .;!?,"))
    return [part for part in parts if part.strip()]


def _stripped(ends: re.Pattern[str], text: str) -> str:
    """Take matches away from an end until there are none, but never all of the text."""
    while (shorter := ends.sub("", text, count=1).strip(" ,")) != text and shorter:
        text = shorter
    return text

"""What is wrong with an expression, as a sentence."""

from bmo.core.errors import Refused


class DiceError(Refused):
    """These dice cannot be rolled; nothing was."""

    code = "bad_dice"

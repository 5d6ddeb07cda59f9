"""Dice as players write them: `4d6kh3`, `1d20+5`, `2d6[fire]+3`. Pure: luck is handed in."""

from bmo.dnd.dice.errors import DiceError
from bmo.dnd.dice.luck import Luck, ScriptedLuck, SystemLuck
from bmo.dnd.dice.rolling import Advantage, Critical, Roll, roll

__all__ = ["Advantage", "Critical", "DiceError", "Luck", "Roll", "ScriptedLuck", "SystemLuck", "roll"]

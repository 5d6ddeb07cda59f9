"""The routines that every house has. Whoever makes one of the same name has theirs instead.

Their steps are sentences like anybody's: what no skill understands yet is named and left out when they run.
"""

from bmo.skills.routines.routine import Routine

BUILTIN = (
    Routine(
        "good night",
        ("turn off all the lights", "set an alarm for 7 in the morning", "[LED:off]", "[FACE:sleeping]"),
        also=("goodnight", "night", "gute nacht"),
        says="Good night.",
    ),
    Routine(
        "good morning",
        ("turn on the lights", "[LED:yellow]", "[FACE:happy]", "what time is it"),
        also=("morning", "guten morgen"),
        says="Good morning!",
    ),
    Routine(
        "movie",
        ("dim the lights to twenty percent", "stop the music", "[LED:off]", "[FACE:happy]"),
        also=("movie time", "movie night", "film", "cinema", "filmabend", "kino"),
        says="Enjoy the film!",
    ),
    Routine(
        "party",
        ("make the lights colourful", "play party music", "[LED:rainbow]", "[FACE:happy]", "[SOUND:horn]"),
        also=("party time", "partyzeit"),
        says="Let's party!",
    ),
    Routine(
        "bedtime",
        ("dim the lights to ten percent", "play quiet music", "[LED:orange breathing]", "[FACE:sleeping]"),
        also=("bed time", "bed", "sleep", "sleep time", "bettzeit", "schlafenszeit"),
        says="Time for bed.",
    ),
)

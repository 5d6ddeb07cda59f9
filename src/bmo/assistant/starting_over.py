"""Starting over: the conversation is saved and begins anew."""

from collections.abc import Callable

from bmo.assistant.builtin import SAID, Nothing
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill


def conversation_skill(clear: Callable[[Asked], int]) -> Skill:
    """`clear` saves a conversation, begins anew, and tells how many turns were saved."""

    def run(_: Nothing, asked: Asked) -> Done:
        turns = clear(asked)
        said = "Okay, we start over. I saved what we said." if turns else "Okay, we start over."
        return Done(said, {"saved_turns": turns, "conversation_over": True}, "happy")

    return Skill(
        "conversation",
        (
            Action(
                "conversation.clear",
                "Save this conversation and start over.",
                Effect.CHANGES,
                Nothing,
                run,
                SAID["conversation.clear"],
                examples=(("let's start over", {}),),
                cues=("start over", "new conversation", "clear conversation", "forget conversation"),
            ),
        ),
    )

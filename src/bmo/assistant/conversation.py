"""What was said before, kept in the database and bounded: the model's prompt never overflows silently."""

from dataclasses import dataclass

from bmo.capabilities.chat import Message
from bmo.store.database import Database, Migration

CONVERSATION_TABLES = Migration(
    30,
    "conversations",
    """
    CREATE TABLE conversation_turn (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL,
        asked TEXT NOT NULL,
        answered TEXT NOT NULL,
        at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    CREATE INDEX conversation_turn_of ON conversation_turn (conversation, id);
    """,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person said and what BMO answered, as far as it got."""

    asked: str
    answered: str

    @property
    def characters(self) -> int:
        return len(self.asked) + len(self.answered)


class Conversations:
    """The turns of every conversation.

    Beyond a limit the oldest whole turns are dropped until half of it is left, not one a turn: each drop changes the
    beginning of the prompt, which a small machine then has to read again.
    """

    def __init__(self, database: Database, *, most_turns: int = 16, most_characters: int = 4_000) -> None:
        self._database = database
        self._most_turns = most_turns
        self._most_characters = most_characters

    def turns(self, conversation: str) -> list[Turn]:
        """The turns that are remembered, oldest first. Raises `Broken`."""
        rows = self._database.read(
            "SELECT asked, answered FROM conversation_turn WHERE conversation = ? ORDER BY id", (conversation,)
        )
        return [Turn(row["asked"], row["answered"]) for row in rows]

    def messages(self, conversation: str) -> tuple[Message, ...]:
        """The turns as a model reads them."""
        return tuple(
            message
            for turn in self.turns(conversation)
            for message in (Message("user", turn.asked), Message("assistant", turn.answered))
        )

    def add(self, conversation: str, asked: str, answered: str) -> None:
        """Remember a turn, and forget the oldest ones beyond the limits. Raises `Broken`."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversation_turn (conversation, asked, answered) VALUES (?, ?, ?)",
                (conversation, asked, answered),
            )
            kept = connection.execute(
                "SELECT id, length(asked) + length(answered) FROM conversation_turn WHERE conversation = ? ORDER BY id",
                (conversation,),
            ).fetchall()
            dropped = [(number,) for number, _ in kept[: self._too_many([size for _, size in kept])]]
            connection.executemany("DELETE FROM conversation_turn WHERE id = ?", dropped)

    def clear(self, conversation: str) -> None:
        """Forget a conversation. Raises `Broken`."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM conversation_turn WHERE conversation = ?", (conversation,))

    def _too_many(self, sizes: list[int]) -> int:
        """How many of the oldest turns to drop; the newest always stays."""
        if len(sizes) <= self._most_turns and sum(sizes) <= self._most_characters:
            return 0
        drop = 0
        while drop < len(sizes) - 1 and (
            len(sizes) - drop > self._most_turns // 2 or sum(sizes[drop:]) > self._most_characters // 2
        ):
            drop += 1
        return drop

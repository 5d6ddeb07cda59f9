"""The table: the only writer of the game. Calls come in, events are kept, state is what they add up to."""

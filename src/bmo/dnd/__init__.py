"""Dungeons & Dragons: dice, rules, content, characters and a table. The engine owns dice and state, never a model."""

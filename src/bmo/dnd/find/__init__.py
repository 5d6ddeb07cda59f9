"""Find what the rules say: a question in players' words in, entries with source and heading out, or nothing."""

"""The game as the app offers it: who sits where, what each seat is told, and in which words."""

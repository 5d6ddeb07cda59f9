"""Characters: what is kept, every number that follows from it, the next level, and files of other programs."""

"""What BMO keeps about people, because they said so."""

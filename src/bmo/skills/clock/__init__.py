"""Time and date, here and elsewhere."""

"""The household: one module per skill."""

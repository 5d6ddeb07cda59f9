"""Whether BMO knows who is talking."""

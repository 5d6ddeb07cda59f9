"""One honest, deterministic fake per capability and device."""

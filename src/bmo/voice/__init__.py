"""Wake, listen, think, speak: a state machine fed by audio frames."""

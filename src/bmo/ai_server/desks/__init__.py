"""Which engines and bridges serve which capability: with `wiring`, the only place of the AI server that knows.

Engines are imported by the functions that load them: in the background, after the fork, and only those in use.
"""

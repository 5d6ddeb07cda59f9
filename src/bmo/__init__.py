"""BMO: a self-hosted assistant with a face."""

__version__ = "0.1.0"

"""Typed settings of every program, read once."""

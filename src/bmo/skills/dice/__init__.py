"""Dice for whoever has none at hand."""

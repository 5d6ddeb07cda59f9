"""Timers: set, asked about, added to, stopped; they survive everything."""

"""Devices: one module for each kind, simulators beside them."""

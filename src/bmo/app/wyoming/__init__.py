"""Wyoming, both ways: BMO's ears and voice for Home Assistant, and satellites on the network for BMO."""

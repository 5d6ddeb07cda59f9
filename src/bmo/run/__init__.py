"""What starts and supervises BMO on one machine."""

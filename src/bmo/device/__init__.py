"""Programs that own a microphone or a screen; wiring of their own."""

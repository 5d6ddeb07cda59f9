"""One module per route of the AI server; the messages are in `bmo.wire.ai`."""

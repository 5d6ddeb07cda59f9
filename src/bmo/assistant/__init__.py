"""Conversation, intents, tools, response tags: decides, acts and answers."""

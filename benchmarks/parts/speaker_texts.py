"""What the people of `speaker.py` say."""

ENROLMENT = (
    "The quick little robot waters the plants on the window sill every single morning.",
    "Please remind me to call my grandmother before dinner, and to bring the old blue umbrella.",
    "When the rain stops we walk along the river, count the boats, and buy fresh bread for everybody.",
)
"""As `web/src/ui/voices.tsx` asks for them."""
WAKE = "Hey Jarvis."
COMMANDS = (
    "Set a timer for ten minutes.",
    "What time is it in the kitchen?",
    "Stop the timer for the pasta.",
    "Turn on the light in the hall.",
    "How long is left on the tea?",
    "What is the date on Friday?",
    "Tell me a joke about penguins.",
    "Add milk and eggs to my list.",
    "Play some music for cooking.",
    "Wake me up at half past six.",
)

"""The AI program: engines and bridges behind HTTP."""

"""The verbs BMO lives by: one module each, with request, result and Protocol side by side."""

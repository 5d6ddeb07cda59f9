"""Who is trusted, and how they prove it: codes, sessions, PIN, tokens, Host and Origin."""

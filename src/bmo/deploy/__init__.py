"""Templates of what runs around BMO on a server, and what fills them in."""

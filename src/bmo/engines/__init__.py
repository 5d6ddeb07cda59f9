"""Models that run in this process, one module per library."""

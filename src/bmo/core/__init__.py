"""What every room may use: errors, clock, events, logging. Standard library only."""

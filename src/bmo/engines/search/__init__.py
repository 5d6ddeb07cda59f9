"""Search in documents: exact, small, and read from disk column by column."""

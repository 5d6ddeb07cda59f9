"""The SQLite file: connection, transaction, numbered migrations. Knows no feature."""

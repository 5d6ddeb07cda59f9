"""Accounts, sessions and sign-in codes on the disk. Secrets are kept as hashes only."""

from bmo.store.database import Migration

TRUST_TABLES = Migration(
    20,
    "trust",
    """
    CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('owner', 'adult', 'child', 'guest')),
        pin TEXT NOT NULL DEFAULT ''           -- salt and scrypt hash; empty until set
    );
    INSERT INTO account (name, role) VALUES ('owner', 'owner');
    CREATE TABLE session (
        hash TEXT PRIMARY KEY,                 -- SHA-256 of the cookie
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        proof TEXT NOT NULL CHECK (proof IN ('session', 'kiosk')),
        created REAL NOT NULL,                 -- seconds since 1970, UTC
        seen REAL NOT NULL
    );
    CREATE TABLE sign_in_code (
        id INTEGER PRIMARY KEY CHECK (id = 1), -- a new code replaces the old one
        hash TEXT NOT NULL
    );
    """,
)

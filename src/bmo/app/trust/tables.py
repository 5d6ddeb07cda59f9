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
PEOPLE_TABLES = Migration(
    21,
    "people",
    """
    CREATE TABLE session_of_somebody (
        hash TEXT PRIMARY KEY,                 -- SHA-256 of the cookie
        account INTEGER REFERENCES account (id) ON DELETE CASCADE,  -- empty for the kiosk, which is nobody's
        proof TEXT NOT NULL CHECK (proof IN ('session', 'kiosk')),
        created REAL NOT NULL,                 -- seconds since 1970, UTC
        seen REAL NOT NULL
    );
    INSERT INTO session_of_somebody
        SELECT hash, CASE proof WHEN 'kiosk' THEN NULL ELSE account END, proof, created, seen FROM session;
    DROP TABLE session;
    ALTER TABLE session_of_somebody RENAME TO session;
    CREATE TABLE invitation (
        account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,  -- a new one replaces the old one
        hash TEXT NOT NULL UNIQUE,             -- SHA-256 of the code
        until REAL NOT NULL                    -- seconds since 1970, UTC
    );
    """,
)
"""More people than the owner: invitations for them, and a kiosk whose session is nobody's."""

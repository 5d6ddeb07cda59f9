"""Every model: files, sha256, licence, memory, ordered sources; pull and verify."""

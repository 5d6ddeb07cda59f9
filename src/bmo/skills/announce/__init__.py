"""One person's word for everybody at home."""

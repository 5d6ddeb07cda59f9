"""Other people's servers, one module each."""

"""One module a place the software runs: development, test, production. `base` is what they share."""

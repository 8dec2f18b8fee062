"""Starts, tests and checks Evergreen on a machine that has nothing but Python."""

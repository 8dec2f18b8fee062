"""Bringing in tables of people and places from CSV: reading, reporting by line, writing in few statements."""

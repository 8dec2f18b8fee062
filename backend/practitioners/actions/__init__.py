"""What can be done about practitioners, one action a file."""

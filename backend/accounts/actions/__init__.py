"""What can be done about accounts and sessions, one action a file."""

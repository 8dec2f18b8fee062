"""What can be done about patients, one action a file."""

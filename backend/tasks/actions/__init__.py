"""What can be done with tasks, one action a file."""

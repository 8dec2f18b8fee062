"""What those who treat decide, one action a file."""

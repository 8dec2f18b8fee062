"""What is read for those who treat."""

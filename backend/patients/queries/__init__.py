"""What is read about patients."""

"""What is read about practitioners."""

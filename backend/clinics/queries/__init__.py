"""What is read about clinics and services."""

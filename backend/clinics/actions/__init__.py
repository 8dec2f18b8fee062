"""What can be done about clinics, services and who works there, one action a file."""

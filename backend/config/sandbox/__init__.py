"""What front-end developers may do outside production: force any error, move the clock, start over."""

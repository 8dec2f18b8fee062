"""The demo's chain: three clinics, the people who sign in, and twelve weeks of visits around today."""

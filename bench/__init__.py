"""What search and booking cost, measured side by side with what PostgreSQL alone would take (docs/performance.md)."""

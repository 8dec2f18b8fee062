"""The description of the API (OpenAPI 3.1), derived from what operations declare."""

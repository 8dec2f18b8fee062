"""Settings of the API itself: REST framework, tokens and the published description."""

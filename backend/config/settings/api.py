"""Settings of the API itself: REST framework and the published description."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],  # operations name their permission; see common.http.views
    "DEFAULT_RENDERER_CLASSES": ["backend.common.http.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # bodies are read by common.http.parsing
    "EXCEPTION_HANDLER": "backend.common.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

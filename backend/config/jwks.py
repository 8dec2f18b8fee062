"""The public keys of our tokens, for whoever wants to verify one without asking us."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from backend.accounts.keys import key_ring


@require_safe
def jwks(request: HttpRequest) -> JsonResponse:
    """`GET /.well-known/jwks.json`: a JWK set (RFC 7517)."""
    return JsonResponse(key_ring().published(), headers={"Cache-Control": "public, max-age=300"})

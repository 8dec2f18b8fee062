"""Who calls: everyone of the policy's world, and now and then somebody with a token that is none."""

from random import Random

from tests.policy.world import World

# Most operations are for those who manage; the others find out that they are not let in.
_OFTEN = {"owner": 6, "manager": 3, "desk": 3, "patient": 3, "guardian": 3}
_HOSTILE = 0.05


class Callers:
    """Headers that say who calls."""

    def __init__(self, world: World, chance: Random) -> None:
        self.chance = chance
        self.tokens = {name: client.token for name, client in world.clients.items()}
        self.names = [name for name in self.tokens for _ in range(_OFTEN.get(name, 1))]

    def headers(self) -> dict[str, str]:
        """Of the next caller; without Authorization for a visitor."""
        token = self.tokens[self.chance.choice(self.names)]
        if self.chance.random() < _HOSTILE:
            return {"Authorization": self.chance.choice(_hostile(self.tokens["owner"] or ""))}
        return {"Authorization": f"Bearer {token}"} if token else {}


def _hostile(good: str) -> list[str]:
    head, claims, signature = good.split(".")
    return [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        f"Bearer {good} {good}",
        f"Bearer {head}.{claims}.",
        f"Bearer {head}.{claims}.{signature[::-1]}",
        f"Bearer {claims}.{head}.{signature}",
        f"Bearer eyJhbGciOiJub25lIn0.{claims}.",
        f"Bearer {good[:-1]}\u00e9",
        "Bearer " + "a" * 10_000,
    ]

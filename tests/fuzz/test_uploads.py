"""Real pictures and documents with one byte changed, or cut off anywhere: kept or refused, never a server error."""

from random import Random

import pytest

from tests.api_client import ApiClient
from tests.fuzz.campaign import SEED
from tests.policy.traces import undone
from tests.policy.world import World
from tests.practitioners.test_uploads import PDF, picture

MUTANTS = 60
KINDS = {
    "JPEG": picture(size=(30, 20)),
    "progressive JPEG": picture(size=(30, 20), progressive=True),
    "PNG": picture("PNG", size=(30, 20)),
    "PDF": PDF,
    "a JPEG before a PDF": picture(size=(30, 20)) + PDF,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["photo", "evidence"])
def test_a_damaged_file_is_kept_or_refused(world: World, place: str, kind: str) -> None:
    chance, client = Random(SEED), world.clients["owner"]
    for number in range(MUTANTS):
        damaged = _damaged(KINDS[kind], chance, is_cut=number % 3 == 0)
        with undone():
            answer = client.upload(_path(world, client, place), damaged)
        assert answer.status_code == 200 or (answer.status_code, answer.json()["code"]) == (400, "validation_failed")


def _path(world: World, client: ApiClient, place: str) -> str:
    practitioner = f"/v1/practitioners/{world.cast.physio.pk}"
    if place == "photo":
        return f"{practitioner}/photo"
    [mine] = [one["id"] for one in client.get(f"{practitioner}/credentials").json()["results"] if one["has_evidence"]]
    return f"/v1/credentials/{mine}/evidence"


def _damaged(content: bytes, chance: Random, *, is_cut: bool) -> bytes:
    index = chance.randrange(len(content))
    if is_cut:
        return content[:index]
    return content[:index] + bytes([content[index] ^ chance.randrange(1, 256)]) + content[index + 1 :]

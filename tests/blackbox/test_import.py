"""The same from files: a clinic in Alberta by three imports, and a visit booked there over HTTP."""

from pathlib import Path

from tests.blackbox.people import come_in, join, make, read, starts
from tests.concurrency.crowd import sign_in
from tests.imports.files import ADA, CALGARY, NADIA, as_csv
from tests.live import LiveApi

EDMONTON = {
    **CALGARY,
    "slug": "edmonton",
    "name": "Evergreen Edmonton",
    "city": "Edmonton",
    "opening_hours": "Mon-Sun 08:00-18:00",
}
PROOFS = (
    "registration|AB|Physiotherapy Alberta|E-1|2024-01-01|2199-12-31",
    "needling_authorisation|AB|Physiotherapy Alberta|E-2|2024-01-01|2199-12-31",
    "ims_certificate|CA|iSTOP|E-3|2024-01-01",
)
SASHA = {
    **NADIA,
    "given_name": "Sasha",
    "email": "sasha@alberta.test",
    "clinics": "edmonton",
    "hours": "edmonton Mon-Sun 09:00-17:00",
    "credentials": "; ".join(PROOFS),
}


def test_the_same_through_imports(live_api: LiveApi, tmp_path: Path) -> None:
    def bring_in(what: str, line: dict[str, str], *options: str) -> None:
        path = tmp_path / f"{what}.csv"
        path.write_bytes(as_csv([line]))
        live_api.manage(f"import_{what}", str(path), *options)

    owner = sign_in(live_api, "owner@demo.test")
    bring_in("clinics", EDMONTON)
    [clinic] = read(owner, "clinics", q="Edmonton")["results"]
    join(live_api, "manager.edmonton@alberta.test", "Kim", "Test")
    make(owner, f"clinics/{clinic['id']}/members", {"email": "manager.edmonton@alberta.test", "role": "clinic_manager"})
    manager = come_in(live_api, "manager.edmonton@alberta.test")
    join(live_api, "sasha@alberta.test", "Sasha", "Roy")

    bring_in("practitioners", SASHA)
    assert starts(manager, clinic["id"]) == [], "nobody has verified the proofs yet"
    bring_in("practitioners", SASHA, "--verified-by", "manager.edmonton@alberta.test")
    bring_in("patients", {**ADA, "external_ref": "edm-1", "clinics": "edmonton"})

    slot = starts(manager, clinic["id"])[0]
    [patient] = read(manager, "patients", q="Wu, Ada")["results"]
    [service] = read(manager, "services", code="ims-assessment")["results"]
    wanted = {"service_id": service["id"], "clinic_id": clinic["id"], "starts_at": slot["starts_at"]}
    answer = manager.book({**wanted, "patient_id": patient["id"]})
    assert answer.verdict == (201, None), answer.data
    assert answer.data["starts_at"].endswith("-06:00")
    sasha = come_in(live_api, "sasha@alberta.test")
    assert read(sasha, f"appointments/{answer.data['id']}")["patient"]["id"] == patient["id"]

"""Files to import, and what the commands say of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.management import CommandError, call_command

Cells = Mapping[str, str]

CALGARY: Cells = {
    "external_ref": "c-1",
    "slug": "calgary",
    "name": "Evergreen Calgary",
    "street": "120 8 Avenue SW",
    "city": "Calgary",
    "province": "AB",
    "postal_code": "t2p1b3",
    "latitude": "51.0455",
    "longitude": "-114.0633",
    "timezone": "America/Edmonton",
    "phone": "403 555 0100",
    "email": "calgary@clinics.demo.test",
    "opening_hours": "Mon-Fri 08:00-18:00; Sat 09:00-13:00",
    "services": "ims-assessment; physio-initial",
    "rooms": "Room 1:treatment; Room 2:consultation",
}
NADIA: Cells = {
    "external_ref": "p-1",
    "given_name": "Nadia",
    "family_name": "Roy",
    "title": "Physiotherapist",
    "title_fr": "Physiothérapeute",
    "languages": "en; fr",
    "disciplines": "physiotherapy; ims",
    "email": "",
    "clinics": "coquitlam; langley",
    "services": "ims-assessment",
    "hours": "coquitlam Mon-Wed 09:00-17:00; langley Thu-Fri 10:00-18:00",
    "credentials": "registration|BC|CPTBC|12345|2020-01-01|2027-12-31; ims_certificate|CA|iSTOP|C-9|2021-05-01",
}
ADA: Cells = {
    "external_ref": "a-1",
    "given_name": "Ada",
    "family_name": "Wu",
    "birth_date": "1985-05-31",
    "email": "Ada@Example.test",
    "phone": "604 555 0123",
    "language": "fr",
    "clinics": "coquitlam",
}


def as_csv(lines: Sequence[Cells]) -> bytes:
    """The lines below a header of their columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Said:
    """The report's lines, what was told meanwhile, and why the command failed, if it did."""

    report: list[str]
    progress: str
    failure: str


@dataclass(frozen=True)
class Importer:
    """`run("patients", [ADA])`; bytes are the file as it stands."""

    folder: Path

    def run(self, what: str, content: bytes | Sequence[Cells], *options: str) -> Said:
        """Whatever the file, the command answers in words."""
        path = self.folder / f"{what}.csv"
        path.write_bytes(content if isinstance(content, bytes) else as_csv(content))
        out, err, failure = io.StringIO(), io.StringIO(), ""
        try:
            call_command(f"import_{what}", str(path), *options, stdout=out, stderr=err)
        except CommandError as error:
            failure = str(error)
        return Said(out.getvalue().splitlines(), err.getvalue(), failure)

    def done(self, what: str, content: bytes | Sequence[Cells], *options: str) -> list[str]:
        """The report of an import that must work."""
        said = self.run(what, content, *options)
        assert not said.failure, said
        return said.report

    def faults(self, what: str, content: bytes | Sequence[Cells], *options: str) -> list[str]:
        """The report of an import that must fail."""
        said = self.run(what, content, *options)
        assert said.failure, said
        return said.report

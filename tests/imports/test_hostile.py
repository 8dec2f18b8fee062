"""Whatever a file holds: words about its lines, no traceback, no change; what is harmless is kept as it is."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.patients.models import Patient
from tests.cast import Cast
from tests.imports.files import ADA, Importer, as_csv

HEADER = ",".join(ADA)
GOOD = as_csv([ADA]).decode().splitlines()[1]
MIB = 2**20


def with_name(name: str) -> str:
    """A file of one line, with another given name."""
    return f"{HEADER}\n{GOOD.replace('Ada', name, 1)}\n"


def test_formulas_are_kept_as_given_and_escaped_in_reports(cast: Cast, imports: Importer) -> None:
    evil = '=HYPERLINK("http://x","y")'
    imports.done("patients", [{**ADA, "given_name": evil, "family_name": "@SUM(A1)"}])
    assert Patient.objects.values_list("given_name", "family_name").get(external_ref="a-1") == (evil, "@SUM(A1)")
    report = imports.faults("patients", [{**ADA, "birth_date": "=1+1", "language": "x,=cmd|' /C calc'!A0"}])
    assert report == [
        'line 2, birth_date: "\'=1+1" is not a date such as 1985-05-31.',
        "line 2, language: \"x,'=cmd|' /C calc'!A0\" is not en or fr.",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b"", "line 1: the file is empty; its first line names the columns.", id="empty"),
        pytest.param(b"\n\r\n\n", "line 1: the file is empty; its first line names the columns.", id="blank"),
        pytest.param(HEADER.encode("utf-16"), "line 1: the file is UTF-16; save it as CSV UTF-8.", id="utf-16"),
        pytest.param(
            f"{HEADER}\n{GOOD},more\n".encode(), "line 2: it has 9 cells, the header has 8.", id="one cell more"
        ),
        pytest.param(
            f"{HEADER}\n{',' * 999_999}x\n".encode(),
            "line 2: it has 1000000 cells, the header has 8.",
            id="a million cells",
        ),
        pytest.param(f'{HEADER}\n"a{GOOD}\n'.encode(), "line 2: its quotation marks do not match.", id="open quote"),
        pytest.param(f'{HEADER}\n"a"b,{GOOD}\n'.encode(), "line 2: its quotation marks do not match.", id="mid quote"),
        pytest.param(
            f"{HEADER}\n{'x' * 131_073}\n".encode(), "line 2: a cell is longer than 131072 characters.", id="huge cell"
        ),
        pytest.param(
            with_name("Ada" * 9000).encode(),
            f'line 2, given_name: "{("Ada" * 20)[:59]}…" is longer than 100 characters.',
            id="long cell",
        ),
        pytest.param(
            with_name("A\0da").encode(),
            'line 2, given_name: "A\\u0000da" holds a line break or another control character.',
            id="nul",
        ),
        pytest.param(
            with_name('"A\nda"').encode(),
            'line 2, given_name: "A\\u000ada" holds a line break or another control character.',
            id="line break",
        ),
        pytest.param(
            with_name("Zoë").encode("latin-1"),
            'line 2, given_name: "Zo\\udceb" is not UTF-8; save the file as CSV UTF-8.',
            id="latin-1",
        ),
        pytest.param(
            with_name("A\ud800da").encode("utf-8", "surrogatepass"),
            'line 2, given_name: "A\\udced\\udca0\\udc80da" is not UTF-8; save the file as CSV UTF-8.',
            id="lone surrogate",
        ),
        pytest.param(
            with_name("\x1b[31m\u202e").encode(),
            'line 2, given_name: "\\u001b[31m\\u202e" holds a line break or another control character.',
            id="terminal codes",
        ),
        pytest.param(
            f"{HEADER.replace(',', ';')}\n".encode(),
            'line 1: there is no column "external_ref;given_name;family_name;birth_date;email;phone;…"; the columns '
            "are birth_date, clinics, email, external_ref, family_name, given_name, language, phone.",
            id="semicolons",
        ),
        pytest.param(f"{HEADER},email\n".encode(), "line 1: named twice: email.", id="a column twice"),
        pytest.param(
            b"external_ref,given_name,family_name\n",
            "line 1: missing: clinics; columns are parted by commas.",
            id="a column missing",
        ),
        pytest.param(b"x" * (64 * MIB + 1), "line 1: the file is larger than 64 MiB; split it.", id="too large"),
    ],
)
def test_a_bad_file_is_told_so(cast: Cast, imports: Importer, content: bytes, fault: str) -> None:
    assert fault in imports.faults("patients", content)
    assert not Patient.objects.filter(external_ref__isnull=False).exists()


def test_a_header_of_any_length_is_told_in_short(cast: Cast, imports: Importer) -> None:
    report = imports.faults("patients", b"=x," * 1_000_000 + b"y\n")
    assert report[1].startswith('line 1: there is no column "\'=x", ')
    assert "and 999991 more" in report[1]
    assert sum(map(len, report)) < 2000


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_line_ends_may_be_mixed_and_counted(cast: Cast, imports: Importer, start: bytes) -> None:
    names = ["Ann", "Bob", "Cy", "Di"]
    one, two, three, four = (GOOD.replace("a-1", f"a-{name}").replace("Ada", name) for name in names)
    quoted = four.replace(",Di,", '," Di ",')
    content = f"{HEADER}\r\n{one}\n{two}\r{three}\r\n\n   \n,,,,,,,\n{quoted}"
    report = imports.faults("patients", start + content.encode())
    assert report == ["line 6: it has 1 cells, the header has 8."]
    imports.done("patients", start + content.replace("   \n", "").encode())
    kept = Patient.objects.filter(external_ref__isnull=False).values_list("given_name", flat=True)
    assert sorted(kept) == names


def test_a_file_that_is_not_there_is_told_so(imports: Importer, db: None) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_patients", str(Path("/nowhere.csv")), stdout=io.StringIO())
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        call_command("import_patients", "/", stdout=io.StringIO())

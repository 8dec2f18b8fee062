"""How long records are kept, by province and age."""

from datetime import date

import pytest

from backend.clinics.enums import Province
from backend.privacy.enums import RecordClass
from backend.privacy.retention import RULES, History, due, years_after

CLOSED, ENTRY = date(2026, 6, 1), date(2025, 3, 10)
ADULT = date(1980, 1, 1)


@pytest.mark.parametrize(
    ("provinces", "born", "on"),
    [
        ({"BC"}, ADULT, date(2041, 3, 10)),
        ({"ON"}, ADULT, date(2035, 3, 10)),
        ({"AB"}, ADULT, date(2035, 3, 10)),
        ({"QC"}, ADULT, date(2041, 3, 10)),  # not looked up: the longest
        (set(), ADULT, date(2041, 3, 10)),
        ({"ON", "BC"}, ADULT, date(2041, 3, 10)),
        ({"BC"}, date(2015, 5, 5), date(2050, 5, 5)),  # 19 and 16 years
        ({"ON"}, date(2015, 5, 5), date(2043, 5, 5)),  # 18 and 10 years
        ({"AB"}, date(2015, 5, 5), date(2035, 5, 5)),  # 18 and 2 years
        ({"AB"}, date(2008, 5, 5), date(2035, 3, 10)),  # ten years are longer
        ({"BC"}, None, date(2060, 3, 10)),  # as if born on that day
        ({"BC"}, date(2006, 3, 10), date(2041, 3, 10)),  # of age on that very day
    ],
)
def test_clinical_records_go_by_province_and_age(provinces: set[str], born: date | None, on: date) -> None:
    history = History(CLOSED, ENTRY, born, frozenset(provinces))
    assert due(RecordClass.CLINICAL, history).on == on
    assert due(RecordClass.AUDIT, history).on == on


def test_the_rest_goes_by_the_later_of_closing_and_entry() -> None:
    seen = History(CLOSED, ENTRY, ADULT, frozenset({"BC"}))
    to_come = History(CLOSED, date(2026, 7, 1), ADULT, frozenset({"BC"}))
    assert due(RecordClass.MARKETING, seen).on == CLOSED
    assert due(RecordClass.ACCOUNT, seen).on == date(2026, 7, 1)
    assert due(RecordClass.OPERATIONAL, seen).on == date(2027, 6, 1)
    assert due(RecordClass.OPERATIONAL, to_come).on == date(2027, 7, 1)
    assert due(RecordClass.CLINICAL, History(CLOSED)).on == date(2027, 6, 1)


def test_a_leap_day_is_kept_to_the_end() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_every_rule_says_by_which_law_and_names_a_province() -> None:
    clinical = RULES["clinical"]
    assert {*clinical} - {"other"} <= {*Province.values}
    assert all(rule["law"] for rule in (*clinical.values(), *(RULES[one] for one in RULES if one != "clinical")))
    longest = max(rule["years"] for rule in clinical.values())
    assert clinical["other"]["years"] == longest

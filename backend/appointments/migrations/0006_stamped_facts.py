from django.db import migrations

# The tables that search reads, and in which columns those stand who are concerned.
OWNERS = {
    "clinics_organisation": ["id"],
    "clinics_clinic": ["id"],
    "clinics_clinicservice": ["clinic_id"],
    "clinics_closure": ["clinic_id"],
    "clinics_openinghours": ["clinic_id"],
    "clinics_room": ["clinic_id"],
    "clinics_service": ["id"],
    "clinics_requiredcredential": ["service_id"],
    "practitioners_practitioner": ["id"],
    # The clinic too: who leaves it takes their own stamps along.
    "practitioners_offering": ["practitioner_id", "clinic_id"],
    "practitioners_credential": ["practitioner_id"],
    "practitioners_extrahours": ["practitioner_id"],
    "practitioners_timeoff": ["practitioner_id"],
    "practitioners_workinghours": ["practitioner_id"],
    "patients_clearance": ["patient_id"],
    "appointments_appointment": ["practitioner_id", "room_id", "patient_id"],
}


def _stamping(table: str, owners: list[str]) -> migrations.RunSQL:
    columns = "".join(f", '{owner}'" for owner in owners)
    return migrations.RunSQL(
        f"SELECT stamp_changes_of('{table}'{columns})",  # noqa: S608 (the names above)
        f"SELECT stamp_no_changes_of('{table}')",  # noqa: S608
    )


class Migration(migrations.Migration):
    """Changes of the facts that search reads are stamped, whoever makes them: no code path can forget it."""

    dependencies = [
        ("common", "0007_version_stamps"),
        ("clinics", "0004_reschedule_limits"),
        ("practitioners", "0005_one_clinic_at_a_time"),
        ("patients", "0003_patient_external_ref"),
        ("appointments", "0005_late_cancellations_are_counted"),
    ]

    operations = [_stamping(table, owners) for table, owners in OWNERS.items()]

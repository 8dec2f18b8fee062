"""What an offer costs, for services and clinics alike."""

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer


class Terms(StrictSerializer):
    """On which terms a clinic offers a service."""

    price_minor = fields.IntegerField(min_value=0, help_text="The price at the clinic in cents, before tax.")
    currency = fields.CharField(
        source="row.clinic.organisation.currency", max_length=3, help_text="The currency of the price, ISO 4217."
    )
    tax_basis_points = fields.IntegerField(
        min_value=0, max_value=5000, help_text="The tax on the price in hundredths of a percent; 0 is exempt."
    )
    is_online_booking_on = fields.BooleanField(help_text="False: only the desk books this service at the clinic.")
    notice_minutes = fields.IntegerField(
        min_value=0, help_text="How long before its start a visit must be booked at least."
    )
    horizon_days = fields.IntegerField(
        min_value=1, max_value=730, help_text="How many days ahead visits can be booked."
    )
    free_cancellation_minutes = fields.IntegerField(
        min_value=0, help_text="Cancelling costs nothing up to this many minutes before the start."
    )
    late_cancellation_fee_percent = fields.IntegerField(
        source="row.clinic.late_cancellation_fee_percent",
        min_value=0,
        max_value=100,
        help_text="The share of the price that a later cancellation costs.",
    )
    no_show_fee_percent = fields.IntegerField(
        source="row.clinic.no_show_fee_percent",
        min_value=0,
        max_value=100,
        help_text="The share of the price that a missed visit costs.",
    )

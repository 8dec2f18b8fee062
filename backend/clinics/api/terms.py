"""What an offer costs, for services and clinics alike."""

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer


class Terms(StrictSerializer):
    """On which terms a clinic offers a service."""

    price_minor = fields.IntegerField(
        min_value=0,
        help_text="The price at the clinic in cents, before tax; in the `currency` of getClinic and getService.",
    )
    tax_basis_points = fields.IntegerField(
        min_value=0, max_value=5000, help_text="The tax on the price in hundredths of a percent; 0 is exempt."
    )
    is_online_booking_on = fields.BooleanField(help_text="False: only the desk books this service at the clinic.")

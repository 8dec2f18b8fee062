"""What patients are told whatever the clinic writes, in the language of the request (D18 to D21)."""

from django.utils.translation import gettext


def caution() -> str:
    """What stands under every advice."""
    return gettext(
        "This is general information, approved by a physiotherapist of the clinic. It is not medical advice. If you "
        "are worried or it gets worse, call the clinic; in an emergency, call 911."
    )


def what_to_do(*, is_alarming: bool, is_light_headed: bool) -> str:
    """What a patient is told who has said how they are."""
    if is_alarming:
        return gettext(
            "Please call the clinic now. The clinic has been asked to call you, too. If it gets worse fast or you "
            "cannot reach anybody, call 911."
        )
    if is_light_headed:
        return gettext("Sit or lie down, rest, and use a cool compress. Take no hot bath until it has passed.")
    return gettext("Thank you. Soreness for a day or two, a few days at most, is normal. Drink plenty of water.")

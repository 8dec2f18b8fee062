"""Opening an account."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.enums import Language
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User, normal_email
from backend.accounts.passwords import refuse_weak_password
from backend.audit.actions import record


def open_account(
    *,
    email: str,
    password: str,
    given_name: str,
    family_name: str,
    language: Language,
    phone: PhoneNumber | None = None,
) -> tuple[User, bool]:
    """A new account, and a mail to verify its address; False beside it if the address has one, whose owner is told.

    Then the account is not written, and the caller writes nothing either, but must do the same work, so that nobody can
    tell the two apart: see `patients.actions.register`. Raises ValidationFailed for a weak password.
    """
    user = User(
        email=normal_email(email), given_name=given_name, family_name=family_name, language=language, phone=phone
    )
    refuse_weak_password(password, user)
    user.password = make_password(password)
    with transaction.atomic():
        # ON CONFLICT DO NOTHING waits for a twin in flight, so two at once make one account and no failure.
        User.objects.bulk_create([user], ignore_conflicts=True)
        holder = User.objects.get(email=user.email)
        is_new = holder.id == user.id
        done = "account.opened" if is_new else "account.opening_refused"
        record(None, done, subject_type="user", subject_id=holder.id)
        send_later(Mail.VERIFY_EMAIL if is_new else Mail.ACCOUNT_EXISTS, holder.pk)
    return user, is_new

"""Files about practitioners: photos for everybody, scans of documents for those who check them."""

import uuid

from backend.clinics.consequences import Outcome
from backend.common.http.access import PUBLIC
from backend.common.http.changes import changed
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.uploads import Upload
from backend.common.permissions import Permission
from backend.practitioners.actions.add_evidence import add_evidence
from backend.practitioners.actions.read_evidence import read_evidence
from backend.practitioners.actions.remove_photo import remove_photo
from backend.practitioners.actions.set_photo import set_photo
from backend.practitioners.api.credential_shapes import Credential
from backend.practitioners.api.file_shapes import PractitionerFile
from backend.practitioners.errors import CredentialStep
from backend.practitioners.queries.photos import photo_name, read_photo

MIB = 1024 * 1024


class SetPractitionerPhoto(Operation):
    """Upload a practitioner's photo.

    It is encoded anew as a JPEG of at most 800 by 800 pixels, without metadata, and is public at once in place of the
    one before.
    """

    permission = Permission.PRACTITIONER_MANAGE
    upload = Upload(5 * MIB, "A JPEG or PNG, told by its bytes, of at most 24 million pixels.")
    returns = PractitionerFile

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        return Reply(set_photo(call.actor, practitioner_id=practitioner_id, content=call.file))


class GetPractitionerPhoto(Operation):
    """Read a practitioner's photo.

    A JPEG of at most 800 by 800 pixels. `photo_url` of the public profile says whether there is one.
    """

    permission = PUBLIC
    produces = "image/jpeg"

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Public; of someone who no longer works here as if absent."""
        return Reply(read_photo(photo_name(practitioner_id)))


class DeletePractitionerPhoto(Operation):
    """Delete a practitioner's photo.

    The public profile shows none from then on. The etag is the practitioner's.
    """

    permission = Permission.PRACTITIONER_MANAGE

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        remove_photo(call.actor, practitioner_id=practitioner_id, expected_version=call.expected_version)
        return Reply()


class AddCredentialEvidence(Operation):
    """Upload a scan of a credential's document.

    While the credential is pending; a further one takes the place of the one before. It is kept as it was sent, and
    only those who may verify credentials can read it.
    """

    permission = Permission.PRACTITIONER_MANAGE
    upload = Upload(10 * MIB, "A PDF, PNG or JPEG, told by its bytes.")
    returns = changed(Credential)
    raises = (CredentialStep,)

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        return Reply(Outcome(add_evidence(call.actor, credential_id=credential_id, content=call.file)))


class GetCredentialEvidence(Operation):
    """Read the scan of a credential's document.

    As it was uploaded, to be saved and not shown. Who reads it is in the audit log.
    """

    permission = Permission.CREDENTIAL_VERIFY
    produces = "application/octet-stream"

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        suffix, content = read_evidence(call.actor, credential_id=credential_id)
        # Whatever else the bytes may be read as, a browser neither shows nor runs them.
        headers = {
            "Content-Disposition": f'attachment; filename="evidence.{suffix}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return Reply(content, headers=headers)

"""Making one stamp of many, so that reading the stamps stays cheap."""

from django.db import connection

MANY = 8
# A new stamp takes the place of those that are seen; one that is left meanwhile is not seen, and stays. A state that
# was once never comes back.
_MERGE = """
    WITH many AS (SELECT owner_id FROM common_stamp GROUP BY owner_id HAVING count(*) > %s),
    gone AS (DELETE FROM common_stamp WHERE owner_id IN (SELECT owner_id FROM many) RETURNING owner_id),
    new AS (INSERT INTO common_stamp (owner_id) SELECT DISTINCT owner_id FROM gone RETURNING owner_id)
    SELECT count(*) FROM new
"""


def merge_stamps() -> int:
    """Leave one stamp with everybody who has more than a few; with how many that was done."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, [MANY])
        merged: int = cursor.fetchone()[0]
    return merged

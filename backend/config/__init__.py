"""Settings, routes and start-up: knows every app, and no app knows it.

Importing it settles which zone data the process uses, so that happens before any zone is read.
"""

from backend.common import zonedata

zonedata.use_packaged()
zonedata.refuse_stale()

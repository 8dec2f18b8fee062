#!/bin/sh
# Runs once, when the database's volume is empty: the two roles and the database of the owner (R27).
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
CREATE ROLE evergreen_owner LOGIN PASSWORD :'owner';
CREATE ROLE evergreen_app LOGIN PASSWORD :'app';
CREATE DATABASE evergreen OWNER evergreen_owner;
SQL

#!/bin/sh
# Lets a standby take over, on its machine, as the account postgres:
#   promote.sh ['ANY 1 (hienke_c)']
# First switch the old primary off if you can. If it still runs, it acknowledges nothing: no standby
# follows it any more. The word names the standbys that follow the new one; without it what is
# acknowledged lies on this machine alone, until you have made another standby and named it.
set -eu
names=${1:-}

[ "$(psql --quiet --tuples-only --no-align --dbname postgres --command 'SELECT pg_promote()')" = t ] ||
  { echo 'It did not become the primary: look into the log of PostgreSQL.' >&2; exit 1; }
psql --quiet --dbname postgres --command "ALTER SYSTEM SET synchronous_standby_names = '$names'"
psql --quiet --dbname postgres --command 'SELECT pg_reload_conf()' >/dev/null
echo 'It is the primary now. The programs find it by themselves.'

#!/bin/sh
# Lets a standby take over, on its machine, as the account postgres:
#   promote.sh DATA ['ANY 1 (hienke_c)']
# First switch the old primary off if you can. If it still runs, it acknowledges nothing: no standby
# follows it any more. The second word names the standbys that follow the new one; without it what is
# acknowledged lies on this machine alone, until you have made another standby and named it.
set -eu
[ $# -ge 1 ] || { echo "promote.sh DATA ['ANY 1 (NAME, …)']" >&2; exit 2; }
data=$1 names=${2:-}
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)

pg_ctl promote --pgdata "$data" --wait --silent
psql --quiet --dbname postgres --command "ALTER SYSTEM SET synchronous_standby_names = '$names'"
psql --quiet --dbname postgres --command 'SELECT pg_reload_conf()' >/dev/null
echo 'It is the primary now. The programs find it by themselves.'

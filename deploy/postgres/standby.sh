#!/bin/sh
# Makes a standby of a primary, as the account postgres:
#   standby.sh PRIMARY NAME DATA
#   standby.sh 'host=db1.example user=replicator sslmode=verify-full' hienke_b /var/lib/postgresql/15/main
# NAME is one of synchronous_standby_names. DATA is empty or not there. Start PostgreSQL afterwards.
set -eu
[ $# -eq 3 ] || { echo 'standby.sh PRIMARY NAME DATA' >&2; exit 2; }
primary=$1 name=$2 data=$3

exec pg_basebackup --dbname "$primary application_name=$name" --pgdata "$data" \
  --wal-method stream --checkpoint fast --write-recovery-conf --create-slot --slot "$name"

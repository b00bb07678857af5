"""PostgreSQL as the store: for a province's many units, or an office that wants a standby.

Imported only where `store.url` names a server. The driver (psycopg) is named in this folder alone.
Decision 80 says how it keeps what SQLite promises.
"""

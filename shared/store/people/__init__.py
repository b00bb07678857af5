"""Staff, sessions, devices, clerks of organisations, calls for help."""

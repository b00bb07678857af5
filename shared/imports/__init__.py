"""Tables that offices import: read from any program's file, row by row."""

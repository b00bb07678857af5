"""Tables that offices bring: read from any program's file, row by row."""

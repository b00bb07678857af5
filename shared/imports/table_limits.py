"""How large a table may be that somebody sends, as a workbook or as plain text."""

MIB = 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 20_000, 256, 1_000_000
WORKBOOK_LETTERS = 8_000_000
# Stands for a formula whose value was never computed.
UNCOMPUTED = "=…"

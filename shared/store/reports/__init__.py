"""Rows and figures as reports, exports and archives read them."""

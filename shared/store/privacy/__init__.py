"""Requests about personal data, erasures, and emergency access."""

"""Attachments, uploads on their way, and files of the office's own."""

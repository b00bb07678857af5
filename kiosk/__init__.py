"""The public app and the staff app, served by one process."""

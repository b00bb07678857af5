"""What the law on personal data asks of the machine: erasing to the last byte, and keeping nothing
too long. The requests of people are handled by the desk (store/privacy/data_requests.py)."""

"""What the law on personal data asks of the machine itself: erasing to the last byte, and keeping
nothing longer than it may be kept. What people ask for is the desk's
(store/privacy/data_requests.py)."""

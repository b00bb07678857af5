"""What a caller of the public app must show, by the names that its routes use.

Each route checks it by itself, because the answer to others differs from page to page;
`tests/kiosk/test_callers.py` calls all of them without it.
"""

from shared.runtime.guarded import Allowed

# Knows the secret of a receipt, which is in the address (status/receipt.py).
RECEIPT: Allowed = frozenset({"receipt's secret"})
# Is enrolled as a kiosk (visitor.py).
KIOSK: Allowed = frozenset({"enrolled kiosk"})
# Opens the link that makes a browser a kiosk, which works once (citizen/device.py).
KIOSK_LINK: Allowed = frozenset({"kiosk's link"})

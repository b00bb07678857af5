"""What a caller of the public app must show, by the names with which its routes say so.

Each route looks for it by itself, as what others are answered differs from page to page;
`tests/kiosk/test_callers.py` calls all of them without it.
"""

from shared.runtime.guarded import Allowed

# Whoever knows the secret of a receipt, which stands in the address (status/receipt.py).
RECEIPT: Allowed = frozenset({"receipt's secret"})
# A browser that is enrolled as a kiosk (visitor.py).
KIOSK: Allowed = frozenset({"enrolled kiosk"})
# Whoever opens the link that makes a browser a kiosk, which works once (citizen/device.py).
KIOSK_LINK: Allowed = frozenset({"kiosk's link"})

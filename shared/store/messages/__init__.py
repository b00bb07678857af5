"""SMS in and out, calls, who wants none, and how the gateways are."""

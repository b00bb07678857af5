"""SMS in and out, calls, who wants none, and the state of the gateways."""

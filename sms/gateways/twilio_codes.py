"""What Twilio's error codes mean for the next step, according to its published list."""

# No such number, not a mobile, unknown handset, landline.
NUMBER_IS_WRONG = frozenset({21211, 21614, 30005, 30006})
OPTED_OUT = 21610
# Queue overflow, handset off, unknown fault, congestion, rate limits.
PASSES = frozenset({14107, 20429, 30001, 30003, 30008, 30017, 63018})
# Account, permission, sender or filter: no message will go until a person acts.
CHANNEL_DOWN = frozenset(
    {20003, 21408, 21606, 21612, 21703, 21705, 30002, 30004, 30007, 30018, 63038}
)

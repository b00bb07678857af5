"""The SMS program: webhooks in, one outbox out, and the two-phone simulator."""

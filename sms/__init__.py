"""The SMS program: webhooks in, commands, outbox out."""

"""How rows are kept, whatever they say: connection, cards, seals, encryption, the event log."""

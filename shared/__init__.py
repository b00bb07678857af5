"""What both programs stand on: the rules of a proposal, the texts, the settings and the store."""

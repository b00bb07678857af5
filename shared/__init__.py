"""What both programs use: the rules of a proposal, the texts, the settings and the store."""

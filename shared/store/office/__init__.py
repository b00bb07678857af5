"""The commune, its campaigns, profile, procedures and outgoing papers."""

"""The office itself: its campaigns, its profile, its paper templates."""

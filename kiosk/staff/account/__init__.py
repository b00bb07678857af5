"""What a member of staff does with their own login."""

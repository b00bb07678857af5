"""What programs do beside the pages, and how it went."""

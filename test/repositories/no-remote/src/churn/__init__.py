"""Which customers leave."""

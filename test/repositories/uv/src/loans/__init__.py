"""Which loans are paid back."""

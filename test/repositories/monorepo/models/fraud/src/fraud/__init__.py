"""Cases of fraud."""

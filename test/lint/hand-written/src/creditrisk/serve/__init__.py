"""Credit risk."""

"""Downloads the raw tables."""

"""Drift of the data."""

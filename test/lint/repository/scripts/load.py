"""Loads the raw tables."""

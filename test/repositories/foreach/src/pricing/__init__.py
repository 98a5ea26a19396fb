"""Prices by region."""

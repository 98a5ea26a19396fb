"""Compares production data with the training data."""

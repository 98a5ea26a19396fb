"""Compares a candidate with the model in production."""

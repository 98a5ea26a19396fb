"""Probability of default."""

"""Drift of the data the model sees."""

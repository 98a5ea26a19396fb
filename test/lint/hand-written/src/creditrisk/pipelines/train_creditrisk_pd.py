"""Fits the model and registers it."""

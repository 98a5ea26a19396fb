"""Judges a trained model by its metrics."""

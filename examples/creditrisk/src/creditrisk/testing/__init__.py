"""Checks on a trained model."""

"""Evaluation and validation of a model."""

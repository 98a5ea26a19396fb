"""Evaluates the model on a split."""

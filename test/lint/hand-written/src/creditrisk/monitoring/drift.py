"""Compares the test split with the training split."""

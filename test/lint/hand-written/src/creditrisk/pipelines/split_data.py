"""Splits the features for training and testing."""

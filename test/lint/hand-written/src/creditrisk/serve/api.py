"""Answers requests for predictions."""

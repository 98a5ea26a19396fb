"""Scores a file."""

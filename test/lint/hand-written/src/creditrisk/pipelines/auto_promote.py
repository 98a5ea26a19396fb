"""Moves a registered model to a stage."""

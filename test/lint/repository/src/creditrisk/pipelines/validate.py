"""A module of the example."""

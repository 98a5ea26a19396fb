"""Writes down what is to be deployed."""

"""Joins the raw tables to one of features."""

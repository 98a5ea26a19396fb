"""Small commands that serve the pipeline."""

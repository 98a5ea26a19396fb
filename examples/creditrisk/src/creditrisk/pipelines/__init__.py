"""The steps of the pipeline, one module per DVC stage, and the commands that use its result."""

"""Says how old the ingested data is."""

"""A small credit risk model: its data, training, registry, service and monitoring."""

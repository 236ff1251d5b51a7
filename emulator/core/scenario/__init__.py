"""A scenario as values, and what its YAML may say; imports up to `webhooks`."""

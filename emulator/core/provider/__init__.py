"""The plug for an API: `Provider`, and the `Backend` behind it; imports up to `journal`."""

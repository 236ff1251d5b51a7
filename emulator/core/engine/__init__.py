"""`answer()`: the life of one request; tenants; websocket sessions; imports up to `provider`."""

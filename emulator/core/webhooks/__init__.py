"""A tenant's outbox, with deliveries and retries, and its inboxes; imports up to `state`."""

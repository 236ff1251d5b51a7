"""Sends webhooks: targets, an HTTP client, own inboxes; imports `admin` and below."""

"""Recorded exchanges, their retention and redaction; imports up to `scenario`."""

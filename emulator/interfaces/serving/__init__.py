"""Servers, the in-process transport, TLS, logs and options; imports `admin` and below."""

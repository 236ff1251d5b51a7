"""The Python API and the pytest plugin; imports `serving` and below."""

"""The scenario language: types, YAML reader, diagnostics; imports `base` and `http` alone."""

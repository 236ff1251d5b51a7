"""Explanations, verification, coverage and HAR; imports up to `engine`."""

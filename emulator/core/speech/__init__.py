"""Seeded transcripts, languages, captions, media; imports `base` and `http`."""

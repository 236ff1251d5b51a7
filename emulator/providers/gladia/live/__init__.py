"""Gladia's live API: sessions, messages, recordings, webhooks; imports Gladia's other rooms."""

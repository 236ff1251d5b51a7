"""What a client asks for when it makes a job, and what of it cannot be had."""

from typing import Any

from emulator.core.http.problems import Invalid, NotEmulated, Violation
from emulator.core.speech.media import audio_of_url
from emulator.providers.aitronos.records import Event, Priority, TranscriptionOptions, Webhook
from emulator.providers.aitronos.results import SHAPES


def transcription_options(fields: dict[str, Any]) -> TranscriptionOptions:
    """The body as values. Raises Invalid and NotEmulated.

    ``intelligence_features`` are taken as they come: no published answer has a field for their
    results, so that there is nothing that they could change.
    """
    options = fields["transcription_options"]
    return TranscriptionOptions(
        organization_id=fields["organization_id"],
        audio=audio_of_url(options["audio_url"]),
        language=options["language"],
        speakers=speakers(fields.get("speaker_analysis") or {}),
        redacted=redaction_types(fields.get("privacy_settings") or {}),
        priority=priority(fields, options),
        webhook=webhook(fields.get("webhook") or {}),
    )


def speakers(analysis: dict[str, Any]) -> int | None:
    """GUESS: the expected count counts only where speakers are told apart."""
    if not analysis.get("diarization_enabled", False):
        return None
    count: int | None = analysis.get("speakers_expected_count")
    return count


def redaction_types(settings: dict[str, Any]) -> tuple[str, ...]:
    """The policies to follow. GUESS: without a list, all that are known."""
    if not settings.get("pii_redaction_enabled", False):
        return ()
    policies = tuple(dict.fromkeys(settings.get("pii_policies") or SHAPES))
    unknown = [policy for policy in policies if policy not in SHAPES]
    if unknown:
        # There is no published list; a name that is not found by its shape would redact nothing.
        reason = f"PII policies not emulated: {', '.join(unknown)}; emulated: {', '.join(SHAPES)}"
        raise NotEmulated("create_transcription", reason)
    return policies


def priority(fields: dict[str, Any], options: dict[str, Any]) -> Priority:
    """GUESS: it is published without its place in the body, so that both likely places will do."""
    given = {place["priority"] for place in (fields, options) if place.get("priority")}
    if len(given) > 1:
        text = "priority differs from transcription_options.priority"
        raise Invalid((Violation("body", ("priority",), "const", None, fields["priority"], text),))
    return Priority(given.pop()) if given else Priority.NORMAL


def webhook(settings: dict[str, Any]) -> Webhook | None:
    """GUESS: without events, both; without an address, none."""
    if not settings.get("url"):
        return None
    return Webhook(settings["url"], tuple(map(Event, settings.get("events") or Event)))

"""The phases of a job as authors write them, with the APIs' own words for each."""

from collections.abc import Mapping

from emulator.core.scenario.schema.diagnostics import quote, sentence
from emulator.core.scenario.schema.scalars import EnumType, ScalarType
from emulator.core.state.jobs import Phase

OWN_WORDS: Mapping[Phase, tuple[str, ...]] = {
    Phase.QUEUED: ("notstarted", "pending", "waiting", "created", "new", "submitted", "uploaded"),
    Phase.PROCESSING: ("running", "inprogress", "started", "active", "transcribing", "working"),
    Phase.COMPLETED: ("done", "succeeded", "success", "successful", "finished", "ready", "ended"),
    Phase.FAILED: ("error", "errored", "failure", "canceled", "cancelled", "aborted", "rejected"),
}
SYNONYMS: Mapping[str, str] = {
    word: phase.value for phase, words in OWN_WORDS.items() for word in words
}


class UnknownPhase(ValueError):
    """A word that is no phase; says which there are, and which one was probably meant."""


def intended_phase(text: str) -> str:
    """The phase that an API calls so; any other text as it stands."""
    bare = "".join(filter(str.isalpha, text)).casefold()
    return SYNONYMS.get(bare, text)


def phase_of(text: str) -> Phase:
    """Raises UnknownPhase."""
    try:
        return Phase(text)
    except ValueError:
        words = [one.value for one in Phase]
        what = f"unknown phase {quote(str(text))}"
        raise UnknownPhase(sentence(what, given=intended_phase(str(text)), allowed=words)) from None


def PhaseType(doc: str) -> ScalarType[Phase]:
    return EnumType(doc, Phase, noun="phase", meant=intended_phase)

"""Which transcript a recording gets: the one that a script names, or one made from its digest."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock

from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.base.keyed_locks import KeyedLocks
from emulator.core.speech.generator import draw_duration_ms, render_script, translate_transcript
from emulator.core.speech.transcripts import Audio, Script, Transcript, base_language

LANGUAGE = "en"  # of a recording whose language nobody says
SPEAKERS = 2
MOST_LENGTHS = 1000  # that are kept; one that was forgotten is drawn again, the same


class TranscriptLibrary:
    """Keeps the transcripts that were used last; one that was dropped is made again, the same.

    Threads may share it: two that want the same transcript do not both make it.

    A recording's own length comes before its script's, and what is said in it before both: no
    transcript ends before its last word.
    """

    def __init__(
        self,
        ids: SeededRandom,
        scripts: Mapping[str, Script],
        *,
        most: int = 64,
        most_words: int = 200_000,
    ) -> None:
        """``ids`` come from the scenario's seed alone, so that the order of requests is all one."""
        self._ids = ids
        self._scripts = scripts
        self._most = most
        self._most_words = most_words
        self._words = 0
        self._lengths: dict[str, int] = {}  # of recordings, in milliseconds, by digest
        self._transcripts: OrderedDict[Hashable, tuple[Transcript, int]] = OrderedDict()
        self._lock = Lock()  # never held for long
        self._making_locks = KeyedLocks()

    def transcript(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        script: str | None = None,
        speakers: int | None = None,
    ) -> Transcript:
        """A named script brings its own language and speakers; else those that are asked for count.

        KeyError: no script has that name.
        """
        played = self._rendered(audio, language, script, speakers)
        source, channels = _cache_source(audio, script), audio.channels or 1
        ids = self._ids.child(*source, base_language(played.language))
        return self._cached_or_made(
            (source, _word_counts(played), channels), lambda: render_script(played, ids, channels)
        )

    def translation(
        self,
        audio: Audio,
        language: str,
        *,
        source_language: str | None = None,
        script: str | None = None,
        speakers: int | None = None,
        manner: tuple[str, ...] = (),
    ) -> Transcript:
        """The same utterances, speakers and times in another language.

        Another ``manner`` words it otherwise.
        """
        played = self._rendered(audio, source_language, script, speakers)
        source, channels = _cache_source(audio, script), audio.channels or 1
        ids = self._ids.child(*source, "translation", base_language(language), *manner)
        return self._cached_or_made(
            (source, _word_counts(played), channels, language, manner),
            lambda: translate_transcript(
                self.transcript(audio, language=source_language, script=script, speakers=speakers),
                ids,
                language,
            ),
        )

    def duration_ms(self, audio: Audio, *, script: str | None = None) -> int:
        """The length of the recording that ``transcript`` gives."""
        played = self._rendered(audio, None, script, None)
        if played.lines:
            return self.transcript(audio, script=script).duration_ms
        assert played.duration_ms is not None  # it was drawn, if nobody knew it
        return played.duration_ms

    def _rendered(
        self, audio: Audio, language: str | None, script: str | None, speakers: int | None
    ) -> Script:
        if script is None:
            known_ms = audio.duration_ms or self._drawn_ms(audio.digest)
            return Script("", language or LANGUAGE, (), speakers or SPEAKERS, known_ms)
        found = self._scripts[script]
        length_ms = audio.duration_ms or found.duration_ms
        if length_ms is None and not found.lines:
            length_ms = self._drawn_ms(audio.digest)
        return replace(found, duration_ms=length_ms)

    def _drawn_ms(self, digest: str) -> int:
        found = self._lengths.get(digest)
        if found is None:
            if len(self._lengths) >= MOST_LENGTHS:
                self._lengths.clear()
            found = self._lengths[digest] = draw_duration_ms(self._ids.child("length", digest))
        return found

    def _cached_or_made(self, key: Hashable, make: Callable[[], Transcript]) -> Transcript:
        found = self._cached(key)
        if found is not None:
            return found
        with self._making_locks.lock_for(key):
            found = self._cached(key)
            return self._put(key, make()) if found is None else found

    def _cached(self, key: Hashable) -> Transcript | None:
        with self._lock:
            found = self._transcripts.get(key)
            if found is None:
                return None
            self._transcripts.move_to_end(key)
            return found[0]

    def _put(self, key: Hashable, made: Transcript) -> Transcript:
        size = sum(len(utterance.words) for utterance in made.utterances)
        with self._lock:
            self._transcripts[key] = made, size
            self._words += size
            self._evict()
        return made

    def _evict(self) -> None:
        """The newest one stays, however long it is."""
        while len(self._transcripts) > 1 and (
            len(self._transcripts) > self._most or self._words > self._most_words
        ):
            _, (_, size) = self._transcripts.popitem(last=False)
            self._words -= size


def _cache_source(audio: Audio, script: str | None) -> tuple[str, str]:
    """What decides what is said."""
    return ("audio", audio.digest) if script is None else ("script", script)


def _word_counts(played: Script) -> tuple[Hashable, ...]:
    """What decides how it is said; the lines of a script do not change."""
    return played.language, played.speakers, played.duration_ms

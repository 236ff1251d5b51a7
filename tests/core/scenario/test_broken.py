"""Every way in which a scenario can be wrong, with the very lines that say so."""

import jsonschema_rs
import pytest

from emulator.core.scenario.loader import json_schema, load
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors
from emulator.core.scenario.schema.yaml_reader import parse
from tests.core.scenario.samples import VOCABULARIES, as_json

VALIDATOR = jsonschema_rs.validator_for(json_schema(VOCABULARIES))

BROKEN = [  # the text, what is said of it, and whether an editor with the JSON Schema sees it too
    pytest.param(
        "scenaro: x\n",
        [
            (
                '1:1: unknown key "scenaro"; did you mean "scenario"; allowed: scenario, seed, '
                "clock, keys, transcripts, jobs, existing, faults, webhooks"
            ),
        ],
        True,
        id="an unknown part",
    ),
    pytest.param(
        "faults:\n  - {when: {}, answer: {status: 204, body: {a: 1}}}\n",
        ["2:38: an answer 204 has no body"],
        False,
        id="a body of an answer that has none",
    ),
    pytest.param(
        """\
seed: -1
keys: {a: okay}
clok: {}
jobs: {}
""",
        [
            '1:7: "-1" is out of bounds; allowed: 0..9,007,199,254,740,991',
            (
                '2:11: unknown state "okay"; did you mean "ok"; allowed: ok, expired, revoked, '
                "forbidden, out_of_quota"
            ),
            (
                '3:1: unknown key "clok"; did you mean "clock"; allowed: scenario, seed, '
                "clock, keys, transcripts, jobs, existing, faults, webhooks"
            ),
            "4:7: a list is wanted, not a mapping",
        ],
        True,
        id="all of it at once, in order",
    ),
    pytest.param(
        "scenario: [x]\n",
        [
            "1:11: a text is wanted, not a list",
        ],
        True,
        id="a title that is a list",
    ),
    pytest.param(
        "scenario:\n",
        [
            "1:10: a text is wanted, not nothing",
        ],
        True,
        id="a title that is nothing",
    ),
    pytest.param(
        "scenario: null\n",
        [
            "1:11: a text is wanted, not nothing",
        ],
        True,
        id="a title that is null",
    ),
    pytest.param(
        'scenario: "  "\n',
        [
            '1:11: "  " is not a text',
        ],
        True,
        id="a blank title",
    ),
    pytest.param(
        "seed: -1\n",
        [
            '1:7: "-1" is out of bounds; allowed: 0..9,007,199,254,740,991',
        ],
        True,
        id="a negative seed",
    ),
    pytest.param(
        "seed: 1.5\n",
        [
            '1:7: "1.5" is not a whole number',
        ],
        True,
        id="a seed with a fraction",
    ),
    pytest.param(
        "seed: 010\n",
        [
            '1:7: "010" is not a whole number',
        ],
        False,
        id="a seed in octal",
    ),
    pytest.param(
        "seed: 99999999999999999999\n",
        [
            ('1:7: "99999999999999999999" is out of bounds; allowed: 0..9,007,199,254,740,991'),
        ],
        True,
        id="a seed beyond all bounds",
    ),
    pytest.param(
        "seed: seven\n",
        [
            '1:7: "seven" is not a whole number',
        ],
        True,
        id="a seed in words",
    ),
    pytest.param(
        "clock: wall\n",
        [
            '1:8: a mapping is wanted, not "wall"; allowed: mode, speed, step, start',
        ],
        True,
        id="a clock that is a word",
    ),
    pytest.param(
        "clock: {mode: walk}\n",
        [
            '1:15: unknown mode "walk"; did you mean "wall"; allowed: wall, step, manual',
        ],
        True,
        id="an unknown mode",
    ),
    pytest.param(
        "clock: {sped: 2}\n",
        [
            ('1:9: unknown key "sped"; did you mean "speed"; allowed: mode, speed, step, start'),
        ],
        True,
        id="an unknown word about the clock",
    ),
    pytest.param(
        "clock: {mode: wall, step: 1s}\n",
        [
            '1:21: "step" stands only with "mode: step"',
        ],
        True,
        id="a step on the wall clock",
    ),
    pytest.param(
        "clock: {mode: manual, step: 1s}\n",
        [
            '1:23: "step" stands only with "mode: step"',
        ],
        True,
        id="a step on the manual clock",
    ),
    pytest.param(
        "clock: {mode: step, speed: 2}\n",
        [
            '1:21: "speed" stands only with "mode: wall"',
        ],
        True,
        id="a speed on the step clock",
    ),
    pytest.param(
        "clock: {step: 1s, speed: 2}\n",
        [
            '1:19: "step" and "speed" exclude each other',
        ],
        True,
        id="a step with a speed",
    ),
    pytest.param(
        "clock: {step: 0}\n",
        [
            '1:15: "0" is out of bounds; allowed: 1ms..3650d',
        ],
        True,
        id="a step of nothing",
    ),
    pytest.param(
        "clock: {speed: 0}\n",
        [
            '1:16: "0" is out of bounds; allowed: 0.001..1,000,000',
        ],
        True,
        id="a speed of nothing",
    ),
    pytest.param(
        "clock: {speed: fast}\n",
        [
            '1:16: "fast" is not a number',
        ],
        True,
        id="a speed that is no number",
    ),
    pytest.param(
        "clock: {step: -1s}\n",
        [
            '1:15: "-1s" is out of bounds; allowed: 1ms..3650d',
        ],
        True,
        id="a negative step",
    ),
    pytest.param(
        "clock: {step: 4015d}\n",
        [
            '1:15: "4015d" is out of bounds; allowed: 1ms..3650d',
        ],
        False,
        id="a step of eleven years",
    ),
    pytest.param(
        "clock: {step: 5 parsecs}\n",
        [
            (
                '1:15: "5 parsecs" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, '
                "or plain seconds"
            ),
        ],
        True,
        id="a step in an unknown unit",
    ),
    pytest.param(
        "clock: {step: 1s5m}\n",
        [
            (
                '1:15: "1s5m" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or '
                "plain seconds"
            ),
        ],
        True,
        id="a step with its units in disorder",
    ),
    pytest.param(
        "clock: {start: 2026-01-05T09:00:00}\n",
        [
            (
                '1:16: "2026-01-05T09:00:00" is not an instant with a zone, from 1970 to 2199; '
                "allowed: 2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"
            ),
        ],
        True,
        id="a start without a zone",
    ),
    pytest.param(
        "clock: {start: 2026-01-05}\n",
        [
            (
                '1:16: "2026-01-05" is not an instant with a zone, from 1970 to 2199; allowed: '
                "2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"
            ),
        ],
        True,
        id="a start that is only a day",
    ),
    pytest.param(
        "clock: {start: 2026-02-30T09:00:00Z}\n",
        [
            (
                '1:16: "2026-02-30T09:00:00Z" is not an instant with a zone, from 1970 to '
                "2199; allowed: 2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"
            ),
        ],
        False,
        id="a start on a day that never was",
    ),
    pytest.param(
        "clock: {start: 1066-10-14T09:00:00Z}\n",
        [
            (
                '1:16: "1066-10-14T09:00:00Z" is not an instant with a zone, from 1970 to '
                "2199; allowed: 2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"
            ),
        ],
        True,
        id="a start in the Middle Ages",
    ),
    pytest.param(
        "keys: [test-ann]\n",
        [
            "1:7: a mapping is wanted, not a list",
        ],
        True,
        id="keys in a list",
    ),
    pytest.param(
        "keys: {test-ann: expird}\n",
        [
            (
                '1:18: unknown state "expird"; did you mean "expired"; allowed: ok, expired, '
                "revoked, forbidden, out_of_quota"
            ),
        ],
        True,
        id="a key in an unknown state",
    ),
    pytest.param(
        "keys: {a: {rate: 5}, b: {rate: 0/s}, c: {rate: 5/0s}, d: {jobs: 1, state: on}}\n",
        [
            '1:18: "5" is not a rate; allowed: 5/s, 100/m, 1000/h, 5/10s',
            '1:32: "0/s" is not a rate; allowed: 5/s, 100/m, 1000/h, 5/10s',
            '1:48: "5/0s" is not a rate; allowed: 5/s, 100/m, 1000/h, 5/10s',
            '1:59: unknown key "jobs"; allowed: state, rate, concurrent_jobs',
            ('1:75: unknown state "on"; allowed: ok, expired, revoked, forbidden, out_of_quota'),
        ],
        True,
        id="a key with limits that are none",
    ),
    pytest.param(
        "keys: {test-ann: [ok]}\n",
        [
            "1:18: a text or a mapping is wanted, not a list",
        ],
        True,
        id="a key with a list",
    ),
    pytest.param(
        "keys: {default: ok}\n",
        ['1:8: "default" is not a key; allowed: ASCII, no blanks, not default'],
        True,
        id="the key of requests that have none",
    ),
    pytest.param(
        'keys: {"test ann": ok}\n',
        [
            '1:8: "test ann" is not a key; allowed: ASCII, no blanks, not default',
        ],
        True,
        id="a key with a blank in it",
    ),
    pytest.param(
        "transcripts: {a: {speakers: 2}}\n",
        [
            '1:18: "language" is missing',
        ],
        True,
        id="a transcript without a language",
    ),
    pytest.param(
        "transcripts: {a: hello}\n",
        [
            ('1:18: a mapping is wanted, not "hello"; allowed: language, lines, speakers, minutes'),
        ],
        True,
        id="a transcript that is a text",
    ),
    pytest.param(
        "transcripts: {a: {language: klingon-ish}}\n",
        [
            '1:29: "klingon-ish" is not a language code; allowed: en, de-DE, pt-br, ...',
        ],
        True,
        id="a language that is none",
    ),
    pytest.param(
        """\
transcripts:
  a:
    language: en
    speakers: 2
    lines:
      - Ann: Hi.
""",
        [
            '5:5: "lines" and "speakers" exclude each other',
        ],
        True,
        id="lines and speakers",
    ),
    pytest.param(
        "transcripts: {a: {lines: [Ann: Hi.], language: en, minutes: 2}}\n",
        [
            '1:52: "lines" and "minutes" exclude each other',
        ],
        True,
        id="lines and minutes",
    ),
    pytest.param(
        "transcripts: {a: {language: en, speakers: 2, lines: []}}\n",
        [
            '1:46: "lines" and "speakers" exclude each other',
        ],
        True,
        id="no lines and speakers",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [{Ann: Hi., Ben: Ho.}]}}\n",
        [
            "1:41: 1 key is wanted here, not 2",
        ],
        True,
        id="a line of two speakers",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [{}]}}\n",
        [
            "1:41: 1 key is wanted here, not 0",
        ],
        True,
        id="a line of nobody",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Hi.]}}\n",
        [
            '1:41: a mapping is wanted, not "Hi."',
        ],
        True,
        id="a line without a speaker",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Ann: [Hi.]]}}\n",
        [
            "1:46: a text or a mapping is wanted, not a list",
        ],
        True,
        id="a line that is a list",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Ann: ]}}\n",
        [
            "1:46: a text is wanted, not nothing",
        ],
        True,
        id="a line that says nothing",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Ann: {at: 1s}]}}\n",
        [
            '1:46: "says" is missing',
        ],
        True,
        id="a line with times and no words",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Ann: {says: Hi., form: 1s}]}}\n",
        [
            '1:58: unknown key "form"; did you mean "for"; allowed: says, at, for',
        ],
        True,
        id="a line with an unknown word",
    ),
    pytest.param(
        "transcripts: {a: {language: en, lines: [Ann: {says: Hi., for: 0}]}}\n",
        [
            '1:63: "0" is out of bounds; allowed: 10ms..1d',
        ],
        True,
        id="a line that takes no time",
    ),
    pytest.param(
        """\
transcripts:
  a:
    language: en
    lines:
      - Ann: {says: One., at: 4.2s}
      - Ben: Two.
      - Ann: {says: Three., at: 4s}
""",
        [
            "7:9: this line begins at 4s, before one above it (4.2s)",
        ],
        False,
        id="a line that goes back in time",
    ),
    pytest.param(
        "transcripts: {a: {language: en, speakers: 21}}\n",
        [
            '1:43: "21" is out of bounds; allowed: 1..20',
        ],
        True,
        id="too many speakers",
    ),
    pytest.param(
        "transcripts: {a: {language: en, speakers: 0}}\n",
        [
            '1:43: "0" is out of bounds; allowed: 1..20',
        ],
        True,
        id="no speakers",
    ),
    pytest.param(
        "transcripts: {a: {language: en, minutes: 601}}\n",
        [
            '1:42: "601" is out of bounds; allowed: 600ms..10h',
        ],
        True,
        id="too many minutes",
    ),
    pytest.param(
        "transcripts: {a: {language: en, minutes: 500ms}}\n",
        [
            '1:42: "500ms" is out of bounds; allowed: 600ms..10h',
        ],
        False,
        id="too few minutes",
    ),
    pytest.param(
        "jobs: {timeline: {}}\n",
        [
            "1:7: a list is wanted, not a mapping",
        ],
        True,
        id="jobs in a mapping",
    ),
    pytest.param(
        "jobs: [fail]\n",
        [
            (
                '1:8: a mapping is wanted, not "fail"; allowed: when, timeline, error, '
                "transcript, phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="a rule that is a text",
    ),
    pytest.param(
        "jobs: [{whn: {}}]\n",
        [
            (
                '1:9: unknown key "whn"; did you mean "when"; allowed: when, timeline, error, '
                "transcript, phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="an unknown word in a rule",
    ),
    pytest.param(
        "jobs: [{gladja: {}}]\n",
        [
            (
                '1:9: unknown key "gladja"; did you mean "gladia"; allowed: when, timeline, '
                "error, transcript, phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="an unknown provider in a rule",
    ),
    pytest.param(
        "jobs: [{when: {adio: x}}]\n",
        [
            (
                '1:16: unknown key "adio"; did you mean "audio"; allowed: provider, audio, '
                "locale, key"
            ),
        ],
        True,
        id="an unknown word in when",
    ),
    pytest.param(
        "jobs: [{when: {provider: azure}}]\n",
        [
            (
                '1:26: unknown provider "azure"; did you mean "azure_speech"; allowed: '
                "phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="a when for an unknown provider",
    ),
    pytest.param(
        "jobs: [{when: {provider: g*i}}]\n",
        [
            (
                '1:26: unknown provider "g*i"; allowed: phrase_studio, gladia, azure_speech, '
                "aitronos"
            ),
        ],
        False,
        id="a when for a glob of no provider",
    ),
    pytest.param(
        """\
jobs:
  - when:
  - when:
""",
        [
            "2:10: a mapping is wanted, not nothing; allowed: provider, audio, locale, key",
            "3:10: a mapping is wanted, not nothing; allowed: provider, audio, locale, key",
        ],
        True,
        id="a when that is nothing",
    ),
    pytest.param(
        "jobs: [{timeline: {finished: 2s}}]\n",
        [
            (
                '1:20: unknown phase "finished"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="an unknown phase",
    ),
    pytest.param(
        "jobs: [{timeline: {complete: 2s}}]\n",
        [
            (
                '1:20: unknown phase "complete"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="a phase nearly right",
    ),
    pytest.param(
        "jobs: [{timeline: {completed: soon}}]\n",
        [
            (
                '1:31: "soon" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or '
                "plain seconds"
            ),
        ],
        True,
        id="a phase at no time",
    ),
    pytest.param(
        "jobs: [{timeline: {queued: 1s}}]\n",
        [
            '1:28: "1s" is out of bounds; allowed: 0s',
        ],
        False,
        id="a job that is queued later",
    ),
    pytest.param(
        "jobs: [{timeline: {completed: 2s, failed: 3s}}]\n",
        [
            '1:35: "completed" and "failed" exclude each other',
        ],
        True,
        id="a job that ends twice",
    ),
    pytest.param(
        "jobs: [{timeline: {completed: 1s, processing: 2s}}]\n",
        [
            '1:20: "completed" comes before "processing"',
        ],
        False,
        id="a job that ends before it begins",
    ),
    pytest.param(
        """\
jobs:
  - timeline:
      processing: 2s
      failed: 1s
""",
        [
            '4:7: "failed" comes before "processing"',
        ],
        False,
        id="a job that fails before it begins",
    ),
    pytest.param(
        "jobs: [{timeline: {completed: 1s}, error: {code: 1}}]\n",
        [
            '1:36: "error" needs a timeline that fails: {failed: 2s}',
        ],
        True,
        id="an error of a job that does not fail",
    ),
    pytest.param(
        "jobs: [{error: {code: 1}}]\n",
        [
            '1:9: "error" needs a timeline that fails: {failed: 2s}',
        ],
        True,
        id="an error on the usual timeline",
    ),
    pytest.param(
        "jobs: [{timeline: {failed: x}, error: {code: 1}}, {timeline: [], error: {}}]\n",
        [
            (
                '1:28: "x" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or plain '
                "seconds"
            ),
            "1:51: this rule never matches: the one in line 1 takes its jobs",
            (
                "1:62: a mapping is wanted, not a list; allowed: queued, processing, "
                "completed, failed"
            ),
        ],
        True,
        id="an error on a timeline that nobody can read",
    ),
    pytest.param(
        "jobs: [{timeline: {failed: 1s}, error: {status: 500}}]\n",
        [
            '1:41: unknown key "status"; allowed: code, message',
        ],
        True,
        id="an error with an unknown word",
    ),
    pytest.param(
        "jobs: [{timeline: {failed: 1s}, error: {code: [1]}}]\n",
        [
            "1:47: a code is wanted, not a list",
        ],
        True,
        id="an error code that is a list",
    ),
    pytest.param(
        "jobs: [{timeline: {failed: 1s}, error: {code: 99999999999999999999}}]\n",
        [
            (
                '1:47: "99999999999999999999" is out of bounds; allowed: '
                "-9,007,199,254,740,991..9,007,199,254,740,991"
            ),
        ],
        False,
        id="an error code beyond all bounds",
    ),
    pytest.param(
        """\
transcripts: {board: {language: en}}
jobs: [{transcript: bord}]
existing: [{provider: gladia, transcript: other}]
""",
        [
            ('2:21: a transcript nobody defines: "bord"; did you mean "board"; allowed: board'),
            '3:43: a transcript nobody defines: "other"; allowed: board',
        ],
        False,
        id="a transcript nobody defines",
    ),
    pytest.param(
        "jobs: [{transcript: board}]\n",
        [
            '1:21: a transcript nobody defines: "board"',
        ],
        False,
        id="a transcript where none is defined",
    ),
    pytest.param(
        """\
transcripts: [x]
jobs: [{transcript: board, timeline: 3}, 4]
""",
        [
            "1:14: a mapping is wanted, not a list",
            '2:21: a transcript nobody defines: "board"',
            ('2:38: a mapping is wanted, not "3"; allowed: queued, processing, completed, failed'),
            (
                '2:42: a mapping is wanted, not "4"; allowed: when, timeline, error, '
                "transcript, phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="a transcript in a rule that is broken elsewhere",
    ),
    pytest.param(
        """\
jobs:
  - when: {provider: gladia}
    azure_speech: {files: {2: failed}}
""",
        [
            '3:5: "azure_speech" in a rule that is for "gladia" only',
        ],
        True,
        id="another provider's facts",
    ),
    pytest.param(
        'jobs: [{when: {provider: "a*"}, gladia: {}, aitronos: {}}]\n',
        [
            '1:33: "gladia" in a rule that is for "a*" only',
        ],
        False,
        id="facts of a provider that the glob leaves out",
    ),
    pytest.param(
        "jobs: [{gladia: {adons: {}}}]\n",
        [
            '1:18: unknown key "adons"; did you mean "addons"; allowed: addons, error_code',
        ],
        True,
        id="an unknown fact",
    ),
    pytest.param(
        "jobs: [{gladia: {addons: {sumarization: failed}}}]\n",
        [
            (
                '1:27: unknown addition "sumarization"; did you mean "summarization"; allowed: '
                "summarization, chapterization"
            ),
        ],
        True,
        id="a fact with an unknown key",
    ),
    pytest.param(
        "jobs: [{gladia: {addons: {summarization: broken}}}]\n",
        [
            '1:42: unknown phase "broken"; allowed: queued, processing, completed, failed',
        ],
        True,
        id="a fact with an unknown end",
    ),
    pytest.param(
        "jobs: [{gladia: {error_code: 200}}]\n",
        [
            '1:30: "200" is out of bounds; allowed: 400..599',
        ],
        True,
        id="a fact out of bounds",
    ),
    pytest.param(
        "jobs: [{azure_speech: {files: {last: failed}}}]\n",
        [
            '1:32: "last" is not a whole number',
        ],
        True,
        id="a fact whose key is no number",
    ),
    pytest.param(
        """\
jobs:
  - timeline: {failed: 1s}
  - when: {provider: gladia}
""",
        [
            "3:5: this rule never matches: the one in line 2 takes its jobs",
        ],
        False,
        id="a rule behind one for everything",
    ),
    pytest.param(
        """\
jobs:
  - when: {audio: "*x*", locale: de}
  - when: {audio: "*y*"}
  - when: {locale: de, audio: "*x*"}
""",
        [
            "4:5: this rule never matches: the one in line 2 takes its jobs",
        ],
        False,
        id="a rule behind one with the same when",
    ),
    pytest.param(
        """\
jobs:
  - when: {audio: "*", provider: gladia}
  - when: {key: test-a, provider: gladia}
""",
        [
            "3:5: this rule never matches: the one in line 2 takes its jobs",
        ],
        False,
        id="a rule behind a wider one",
    ),
    pytest.param(
        'jobs: [{when: {locale: "*"}}, {}, {when: {}}]\n',
        [
            "1:31: this rule never matches: the one in line 1 takes its jobs",
            "1:35: this rule never matches: the one in line 1 takes its jobs",
        ],
        False,
        id="two rules behind the same one",
    ),
    pytest.param(
        "existing: [{count: 2}]\n",
        [
            '1:12: "provider" is missing',
        ],
        True,
        id="existing without a provider",
    ),
    pytest.param(
        "existing: [{provider: Gladia}]\n",
        [
            (
                '1:23: unknown provider "Gladia"; did you mean "gladia"; allowed: '
                "phrase_studio, gladia, azure_speech, aitronos"
            ),
        ],
        True,
        id="existing of an unknown provider",
    ),
    pytest.param(
        'existing: [{provider: "*"}]\n',
        [
            ('1:23: unknown provider "*"; allowed: phrase_studio, gladia, azure_speech, aitronos'),
        ],
        True,
        id="existing of a glob",
    ),
    pytest.param(
        "existing: [{provider: gladia, count: 0}]\n",
        [
            '1:38: "0" is out of bounds; allowed: 1..1,000,000',
        ],
        True,
        id="none existing",
    ),
    pytest.param(
        "existing: [{provider: gladia, count: 1000001}]\n",
        [
            '1:38: "1000001" is out of bounds; allowed: 1..1,000,000',
        ],
        True,
        id="too many existing",
    ),
    pytest.param(
        "existing: [{provider: gladia, count: 2, id: a}]\n",
        [
            '1:41: "id" stands only with "count: 1"',
        ],
        True,
        id="many existing with one id",
    ),
    pytest.param(
        "existing: [{provider: gladia, id: a b}]\n",
        [
            '1:35: "a b" is not an id; allowed: ASCII, no blanks',
        ],
        True,
        id="an id with a blank",
    ),
    pytest.param(
        """\
existing:
  - {provider: gladia, id: a}
  - {provider: aitronos, id: a}
  - provider: gladia
    id: a
""",
        [
            '5:5: the id "a" stands twice; first in line 2',
        ],
        False,
        id="an id twice",
    ),
    pytest.param(
        "existing: [{provider: gladia, phase: done}]\n",
        [
            (
                '1:38: unknown phase "done"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="existing in an unknown phase",
    ),
    pytest.param(
        "existing: [{provider: gladia, age: old}]\n",
        [
            (
                '1:36: "old" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or '
                "plain seconds"
            ),
        ],
        True,
        id="an age that is no duration",
    ),
    pytest.param(
        "existing: [{provider: gladia, age: -1d}]\n",
        [
            '1:36: "-1d" is out of bounds; allowed: 0s..3650d',
        ],
        True,
        id="an age in years to come",
    ),
    pytest.param(
        "existing: [{provider: gladia, age: 1h..x}]\n",
        [
            (
                '1:36: "x" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or plain '
                "seconds"
            ),
        ],
        True,
        id="an age with a broken end",
    ),
    pytest.param(
        "existing: [{provider: gladia, age: 1h..}]\n",
        [
            ('1:36: "" is not a duration; allowed: 250ms, 1s, 5m, 2h, 1d, 1h30m, or plain seconds'),
        ],
        True,
        id="an age without an end",
    ),
    pytest.param(
        "existing: [{provider: gladia, age: 30d..1h}]\n",
        [
            '1:36: "30d..1h" goes from more to less; did you mean "1h..30d"',
        ],
        False,
        id="an age that runs backwards",
    ),
    pytest.param(
        "existing: [{provider: gladia, languages: []}]\n",
        [
            "1:42: 1 or more are wanted in this list",
        ],
        True,
        id="no languages",
    ),
    pytest.param(
        "existing: [{provider: gladia, languages: fr}]\n",
        [
            '1:42: a list is wanted, not "fr"',
        ],
        True,
        id="languages that are one word",
    ),
    pytest.param(
        "existing: [{provider: gladia, languages: [fr, 12]}]\n",
        [
            '1:47: "12" is not a language code; allowed: en, de-DE, pt-br, ...',
        ],
        False,
        id="languages with a number",
    ),
    pytest.param(
        "keys: {a: &state okay, b: *state, c: *state}\n",
        [
            (
                '1:11: unknown state "okay"; did you mean "ok"; allowed: ok, expired, revoked, '
                "forbidden, out_of_quota"
            ),
        ],
        True,
        id="a problem behind an alias, said once",
    ),
    pytest.param(
        """\
jobs:
  - &usual {timeline: {complete: 1s}, when: {audio: x}}
  - <<: *usual
    when: {audio: y}
""",
        [
            (
                '2:24: unknown phase "complete"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="a problem behind a merge key",
    ),
    pytest.param(
        """\
seed: 1
scenario: a
seed: 2
""",
        [
            '3:1: the key "seed" stands twice; first in line 1',
        ],
        False,
        id="a key that stands twice",
    ),
    pytest.param(
        "jobs: [{timeline: {queued: 0, running: 1s, done: 2s}}]\n",
        [
            (
                '1:31: unknown phase "running"; did you mean "processing"; allowed: queued, '
                "processing, completed, failed"
            ),
            (
                '1:44: unknown phase "done"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="an API's own word in a timeline",
    ),
    pytest.param(
        "existing: [{provider: gladia, phase: Succeeded}]\n",
        [
            (
                '1:38: unknown phase "Succeeded"; did you mean "completed"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="an API's own word for a phase",
    ),
    pytest.param(
        "existing: [{provider: gladia, phase: Not_Started}]\n",
        [
            (
                '1:38: unknown phase "Not_Started"; did you mean "queued"; allowed: queued, '
                "processing, completed, failed"
            ),
        ],
        True,
        id="an API's own word for the first phase",
    ),
    pytest.param(
        "faults: [{when: {path: /gladia/v2/jobs}, answer: 500}]\n",
        [
            '1:18: a path has no prefix of ours: "/gladia/v2/jobs"; did you mean "/v2/jobs"',
        ],
        False,
        id="a path with a prefix",
    ),
    pytest.param(
        "faults: [{when: {path: v2/jobs}, answer: 500}]\n",
        [
            '1:18: a path begins with a slash: "v2/jobs"; did you mean "/v2/jobs"',
        ],
        False,
        id="a path without its slash",
    ),
    pytest.param(
        "faults: [{when: {path: /v2/job}, answer: 500}]\n",
        [
            (
                '1:18: no documented path is like "/v2/job"; did you mean "/v2/jobs"; allowed: '
                "/v2/jobs, /v2/jobs/{id}"
            ),
        ],
        False,
        id="a path that is not documented",
    ),
    pytest.param(
        "faults: [{when: {operation: gladia_find, path: /v2/jobs}, answer: 500}]\n",
        [
            (
                '1:42: no documented path is like "/v2/jobs"; did you mean "/v2/jobs/{id}"; '
                "allowed: /v2/jobs/{id}"
            ),
        ],
        False,
        id="a path of another operation",
    ),
    pytest.param(
        "faults: [{when: {path: /v2/jobs, method: DELETE}, answer: 500}]\n",
        [
            "1:34: these operations have no method DELETE; allowed: POST, GET",
        ],
        False,
        id="a method that the path does not have",
    ),
    pytest.param(
        "faults: [{when: {path: /v2/jobs, job: x}, answer: 500}]\n",
        [
            '1:34: no path of these operations has an id in it, so that "x" is in none',
        ],
        False,
        id="a job where the path has none",
    ),
    pytest.param(
        "existing: [{provider: aitronos, name: A, languages: [fr]}]\n",
        [
            '1:33: "name" has no effect: no job of "aitronos" has that',
            '1:42: "languages" has no effect: no job of "aitronos" has that',
        ],
        True,
        id="a name where jobs have none",
    ),
]


@pytest.mark.parametrize(("text", "said", "seen"), BROKEN)
def test_a_broken_scenario_is_refused_with_place_and_remedy(
    text: str, said: list[str], seen: bool
) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        load(text, name="story.yaml", vocabularies=VOCABULARIES)

    assert list(refusal.value.problems) == [f"story.yaml:{line}" for line in said]
    assert str(refusal.value) == "\n".join(refusal.value.problems)


@pytest.mark.parametrize(("text", "said", "seen"), BROKEN)
def test_the_schema_refuses_what_a_schema_can(text: str, said: list[str], seen: bool) -> None:
    given = as_json(parse(text, Diagnostics("story.yaml")))

    assert VALIDATOR.is_valid(given) is not seen


def test_the_corpus_is_a_large_one() -> None:
    assert len(BROKEN) > 115

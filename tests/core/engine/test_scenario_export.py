from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.engine.scenario_export import export_scenario, loadable_jobs
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario, SeedJobs
from emulator.providers import PROVIDERS

HEAD = "# yaml-language-server: $schema=./scenario.schema.json\n"


def tenant(text: str = "{}") -> Tenant:
    scenario = load(text, vocabularies=WORDS, events=EVENTS)
    return Tenants(scenario, clock_mode="manual").open("test-ann")


def loaded(text: str) -> Scenario:
    return load(text, vocabularies=WORDS, events=EVENTS)


def test_an_account_of_which_everything_is_kept_has_no_comments() -> None:
    assert export_scenario(tenant("scenario: A story"), PROVIDERS) == (
        HEAD + "scenario: A story\nclock: {mode: manual, start: '2026-01-05T09:00:00Z'}\n"
    )


def test_a_job_that_the_language_has_no_words_for_is_named_with_the_reason() -> None:
    ann = tenant(
        "existing: [{provider: gladia, id: old}, {provider: gladia, id: new, age: 0s}, "
        "{provider: aitronos, id: trans_1}]"
    )
    ann.clock.advance(3650 * 86_400)

    text = export_scenario(ann, PROVIDERS)

    assert text.startswith(
        f"{HEAD}# Not in here:\n"
        '#   aitronos job trans_1: "3650d1h" is out of bounds; allowed: 0s..3650d\n'
        '#   gladia job old: "3650d1h" is out of bounds; allowed: 0s..3650d\n'
        "scenario: Nothing special\n"
    )
    assert [one.id for one in loaded(text).existing] == ["new"]


def test_a_file_that_cannot_be_loaded_says_so() -> None:
    ann = tenant("clock: {start: 2199-12-31T23:59:59Z}")
    ann.clock.advance(1)

    assert export_scenario(ann, PROVIDERS).splitlines()[1:3] == [
        "# Not in here:",
        "#   this file cannot be loaded as it stands: export:3:30: "
        '"2200-01-01T00:00:00Z" is not an '
        "instant with a zone, from 1970 to 2199; allowed: 2026-01-05T09:00:00Z, "
        "2026-01-05T10:00:00+01:00",
    ]


def test_characters_that_yaml_does_not_have_are_said_to_be_replaced() -> None:
    ann = Tenants(Scenario(title="a\x07b"), clock_mode="manual").open("test-ann")

    assert export_scenario(ann, PROVIDERS).splitlines()[1:4] == [
        "# Not in here:",
        "#   characters that YAML does not have: U+FFFD stands in their place",
        "scenario: a\ufffdb",
    ]


def test_jobs_are_read_one_by_one_only_beside_one_that_is_wrong() -> None:
    jobs = tuple(SeedJobs("gladia", id=f"job-{number}") for number in range(500))
    sizes: list[int] = []

    def problems(scenario: Scenario) -> tuple[str, ...]:
        sizes.append(len(scenario.existing))
        return ("export:1:1: bad",) if jobs[250] in scenario.existing else ()

    good, left_out = loadable_jobs(Scenario(existing=jobs), problems)

    assert good == jobs[:250] + jobs[251:]
    assert left_out == ["gladia job job-250: bad"]
    assert sizes == [200, 200, *[1] * 200, 100]

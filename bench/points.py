"""One point of a curve, in a process of its own: python -m bench.points CURVE N prints JSON."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from statistics import median

from bench.inside import ADMIN, JOBS, KEY, Inside, Timed, middle
from bench.lists import LISTS, SIZE, Listing, account, entries, pages
from bench.messages import Message
from bench.payload import NEW_JOB, SCENARIO
from bench.process import memory_mb

Point = dict[str, float]  # what -> microseconds, unless the name says another unit
WARM = 100  # calls before or after those that count
READERS = 7  # accounts that read the same long job, each for the first time


def main() -> None:
    curve, number = sys.argv[1], int(sys.argv[2])
    print(json.dumps(CURVES[curve](number)))


def resident_bytes() -> float:
    return (memory_mb(os.getpid()) or 0.0) * 1e6


def jobs(number: int) -> Point:
    """So many jobs in one account: pages and filters over them."""
    listing = LISTS["gladia"]
    warmed(listing)
    inside = Inside(account("gladia", number))
    before = resident_bytes()
    opened = listing.ask(inside)
    point = {
        "opening, s": opened.seconds,
        "bytes a job": (resident_bytes() - before) / number,
        **pages(inside, listing, number),
    }
    path = inside.first_job()
    point["one job"] = middle(lambda _: inside.get(path))
    point["create"] = middle(lambda _: inside.post(JOBS, NEW_JOB))
    return point


def warmed(listing: Listing) -> None:
    """What the first request of a process costs is nobody's share of it."""
    listing.ask(Inside(SCENARIO))


def lists(number: int) -> Point:
    """So many jobs with each of the four."""
    return {
        f"{provider}, {name}": value
        for provider, listing in LISTS.items()
        for name, value in pages(Inside(account(provider, number)), listing, number).items()
    }


def clock(number: int) -> Point:
    """A move of the clock that ends so many jobs, and the first page after it."""
    words = "timeline: {processing: 10m, completed: 20m}, age: 0s..1m"
    inside = Inside(f"{{scenario: Moves, existing: [{entries('gladia', number, words)}]}}")
    inside.get(JOBS, limit=1, status="done")
    moved = inside.advance("1h")
    listed = inside.get(JOBS, limit=SIZE, status="done")
    assert len(json.loads(listed.answer.body)["items"]) == min(number, SIZE)
    return {"advance, s": moved.seconds, "the page after it, s": listed.seconds}


def tenants(number: int) -> Point:
    """So many tenants: opening some more of them, asking one."""
    inside = Inside("{scenario: Tenants}")
    ask = LISTS["gladia"].ask
    for one in range(WARM):
        ask(inside, key=f"test-warm-{one}")
    before = resident_bytes()
    first = [ask(inside, key=f"test-{one}").seconds for one in range(number)]
    held = resident_bytes() - before
    last = f"test-{number - 1}"
    again = median(ask(inside, key=last).seconds for _ in range(WARM))
    # As new to the emulator as the first ones were, but for the tenant.
    other = median(ask(inside, at, key=last).seconds for at in range(1, WARM + 1))
    return {
        "opening": (median(first[-WARM:]) - other) * 1e6,
        "a request": again * 1e6,
        "bytes a tenant": held / number,
    }


def journal(number: int) -> Point:
    """A request after so many others; nothing is kept of those that fall out."""
    inside = Inside(SCENARIO)
    path = inside.first_job()
    for _ in range(number):
        inside.get(path)
    if number:
        return {"one job": middle(lambda _: inside.get(path))}
    return {"one job": middle(lambda _: with_none(inside, path))}


def with_none(inside: Inside, path: str) -> Timed:
    inside.clear_journal()
    return inside.get(path)


def rules(number: int) -> Point:
    """A create for which the last of so many rules matches."""
    none = (f'{{when: {{audio: "*nothing-{one}.wav"}}}}' for one in range(number - 1))
    last = '{when: {audio: "*a.wav"}, timeline: {processing: 1s, completed: 2s}}'
    inside = Inside(f"{{scenario: Rules, jobs: [{', '.join((*none, last))}]}}")
    inside.get(JOBS, limit=1)
    inside.post(JOBS, NEW_JOB)
    return {"create": middle(lambda _: inside.post(JOBS, NEW_JOB))}


def minutes(number: int) -> Point:
    """A finished job on so many minutes of speech: its first answer, and the same again."""
    talk = f"talk: {{language: en, speakers: 3, minutes: {number}}}"
    job = "{provider: gladia, count: 1, phase: completed, age: 2h, transcript: talk}"
    inside = Inside(f"{{scenario: Speech, transcripts: {{{talk}}}, existing: [{job}]}}")
    inside.get(unread(inside, KEY))  # the schema is loaded now
    others = {key: unread(inside, key) for key in (f"test-{one}" for one in range(READERS))}
    first = [inside.get(path, key) for key, path in others.items()]
    key, path = others.popitem()
    return {
        "first, ms": median(one.seconds for one in first) * 1000,
        "again": middle(lambda _: inside.get(path, key)),
        "KB": len(first[0].answer.body) / 1000,
    }


def unread(inside: Inside, key: str) -> str:
    """The address of an account's only job, without any rendering of it."""
    inside.get(JOBS, key, limit=1, offset=1)  # opens the account
    jobs = json.loads(inside.ask(Message("GET", f"{ADMIN}/{key}/jobs")).answer.body)["jobs"]
    return f"{JOBS}/{jobs[0]['id']}"


CURVES: Mapping[str, Callable[[int], Point]] = {
    "jobs": jobs,
    "lists": lists,
    "clock": clock,
    "tenants": tenants,
    "journal": journal,
    "rules": rules,
    "minutes": minutes,
}

if __name__ == "__main__":
    main()

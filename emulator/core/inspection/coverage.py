"""Coverage: what a client has met of each API, by operation and documented status."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from emulator.core.contract import Operation
from emulator.core.http.messages import Json, to_json
from emulator.core.journal.exchange import StatusCounts
from emulator.core.provider.provider import Provider


class OperationCoverage(Struct, frozen=True):
    """How often one operation gave each of its answers."""

    operation: Operation
    status_counts: Mapping[str, int]  # each documented status, "4XX" and "default" among them
    undocumented: Mapping[int, int]  # what else came: faults, connections that broke (0)

    @property
    def count(self) -> int:
        """How many documented answers were met, each once."""
        return sum(1 for often in self.status_counts.values() if often)

    @property
    def is_called(self) -> bool:
        return any(self.status_counts.values()) or any(self.undocumented.values())


class ProviderCoverage(Struct, frozen=True):
    """One provider's share; operations that are not emulated do not count."""

    provider: Provider
    operations: tuple[OperationCoverage, ...]
    unmatched: int  # requests that no operation was found for

    @property
    def is_used(self) -> bool:
        return bool(self.unmatched) or any(operation.is_called for operation in self.operations)

    @property
    def met(self) -> int:
        return sum(operation.count for operation in self.operations)

    @property
    def documented(self) -> int:
        return sum(len(operation.status_counts) for operation in self.operations)

    @property
    def called(self) -> int:
        return sum(1 for operation in self.operations if operation.is_called)


class Coverage(Struct, frozen=True):
    """Of the APIs that the client uses; one that it never asks says nothing of it."""

    apis: tuple[ProviderCoverage, ...]
    strays: int  # requests for no API at all
    counts: StatusCounts  # what it was made from

    @property
    def used(self) -> tuple[ProviderCoverage, ...]:
        return tuple(one for one in self.apis if one.is_used)

    @property
    def percent(self) -> float:
        """Documented answers that were met, of all that there are; 0 where nothing was asked."""
        met = sum(one.met for one in self.used)
        return percent(met, sum(one.documented for one in self.used))

    def __str__(self) -> str:
        return table(self)

    def content(self) -> dict[str, Json]:
        return {
            "percent": self.percent,
            "strays": self.strays,
            "providers": {one.provider.name: api_content(one) for one in self.apis},
            "counts": [[*what, often] for what, often in self.counts.items()],
        }


def measure_coverage(met: StatusCounts, providers: Iterable[Provider]) -> Coverage:
    return Coverage(
        tuple(measure_provider(met, provider) for provider in providers),
        unmatched(met, ""),
        Counter(met),
    )


def measure_provider(met: StatusCounts, provider: Provider) -> ProviderCoverage:
    emulated = [
        *(one for id, one in provider.contract.operations.items() if id in provider.operations),
        *provider.contract.sockets.values(),
    ]
    found = tuple(measure_operation(met, provider.name, one) for one in emulated)
    return ProviderCoverage(provider, found, unmatched(met, provider.name))


def measure_operation(met: StatusCounts, provider: str, operation: Operation) -> OperationCoverage:
    documented = dict.fromkeys(sorted(operation.responses), 0)  # "default" comes last
    undocumented: dict[int, int] = {}
    for (owner, id, status), often in sorted(met.items()):
        if (owner, id) == (provider, operation.id):
            key = operation.response_key(status) if status else None
            if key is None:
                undocumented[status] = often
            else:
                documented[key] += often
    return OperationCoverage(operation, documented, undocumented)


def unmatched(met: StatusCounts, provider: str) -> int:
    return sum(often for (owner, id, _), often in met.items() if (owner, id) == (provider, ""))


def percent(met: int, documented: int) -> float:
    return round(100 * met / documented, 1) if documented else 0.0


def api_content(one: ProviderCoverage) -> dict[str, Json]:
    return {
        "used": one.is_used,
        "percent": percent(one.met, one.documented),
        "met": one.met,
        "documented": one.documented,
        "operations_called": one.called,
        "strays": one.unmatched,
        "operations": {
            answers.operation.id: {
                "method": answers.operation.method,
                "path": answers.operation.path,
                "answers": dict(answers.status_counts),
                "undocumented": {str(status): n for status, n in answers.undocumented.items()},
            }
            for answers in one.operations
        },
    }


# In words


def table(found: Coverage) -> str:
    """For a terminal."""
    return "\n".join(table_lines(found))


def table_lines(found: Coverage) -> Iterator[str]:
    for one in found.used:
        yield f"{one.provider.title}: {summary(one)}"
        for answers in one.operations:
            name = f"{answers.operation.method} {answers.operation.path}"
            yield f"  {name} ({answers.operation.id})"
            yield f"      {answer_shares(answers)}"
        if one.unmatched:
            yield f"  requests that no operation was found for: {one.unmatched}"
    unused = [one.provider.title for one in found.apis if not one.is_used]
    if unused:
        yield f"not used, and not counted: {', '.join(unused)}"
    if found.strays:
        yield f"requests for none of the APIs: {found.strays}"
    yield f"client coverage: {found.percent:g} % of the documented answers"


def answer_shares(answers: OperationCoverage) -> str:
    if not answers.is_called:
        return f"never called; it answers {', '.join(answers.status_counts)}"
    met = [f"{status} x{often}" for status, often in answers.status_counts.items() if often]
    met += [f"{status} x{often} (undocumented)" for status, often in answers.undocumented.items()]
    never = [status for status, often in answers.status_counts.items() if not often]
    return ", ".join(met) + (f"; never {', '.join(never)}" if never else "")


def summary(one: ProviderCoverage) -> str:
    share = percent(one.met, one.documented)
    return (
        f"{one.met} of {one.documented} answers ({share:g} %), "
        f"{one.called} of {len(one.operations)} operations"
    )


def markdown(found: Coverage) -> str:
    """For a build's summary page."""
    return "\n".join(markdown_lines(found))


def markdown_lines(found: Coverage) -> Iterator[str]:
    yield f"## Client coverage: {found.percent:g} %"
    for one in found.used:
        yield from ("", f"### {one.provider.title}: {summary(one)}", "")
        yield from ("| operation | met | never met |", "|---|---|---|")
        for answers in one.operations:
            met = [f"{status} ×{often}" for status, often in answers.status_counts.items() if often]
            met += [f"{status} ×{n} (undocumented)" for status, n in answers.undocumented.items()]
            never = [status for status, often in answers.status_counts.items() if not often]
            name = f"`{answers.operation.method} {answers.operation.path}`"
            yield f"| {name} | {', '.join(met) or '-'} | {', '.join(never) or '-'} |"
        if one.unmatched:
            yield from ("", f"Requests that no operation was found for: {one.unmatched}")
    unused = [one.provider.title for one in found.apis if not one.is_used]
    if unused:
        yield from ("", f"Not used, and not counted: {', '.join(unused)}.")
    if found.strays:
        yield from ("", f"Requests for none of the APIs: {found.strays}.")


def json(found: Coverage) -> str:
    return to_json(found.content(), indented=True).decode().replace("\r\n", "\n")


FORMATS: Mapping[str, Callable[[Coverage], str]] = {
    "table": table,
    "json": json,
    "markdown": markdown,
}

"""What a test can do with one tenant of an emulator, in its own process or elsewhere.

``Speech`` is such a tenant of an emulator in this process, ``RemoteSpeech`` one of an emulator
behind an address; a test that keeps to what stands here runs with both.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from emulator.core.faults.engine import Rule
from emulator.core.http.messages import EMPTY, Json
from emulator.core.inspection.coverage import Coverage
from emulator.core.inspection.explain import Explanation
from emulator.core.journal.exchange import Exchange
from emulator.core.scenario.model import ClockSettings
from emulator.core.webhooks.inbox import ReceivedMessage
from emulator.core.webhooks.model import Delivery


class NoExchange(LookupError):
    """An exchange was asked for that the journal does not have, or not any more."""


class Account(Struct, frozen=True):
    """Where one provider is, and the key to use there."""

    url: str  # with the path prefix; no slash at the end
    key: str
    wrong_key: str  # is refused; its requests stand in this tenant's journal all the same


class TenantClock(Protocol):
    """The time of one tenant."""

    @property
    def now(self) -> datetime: ...

    def advance(self, duration: str | float) -> datetime:
        """Move on by ``"10s"``, ``"5m"`` or a number of seconds; gives the new time."""

    def to(self, moment: datetime) -> datetime:
        """Move on to an instant. Raises BackInTime for one that has passed."""

    def until(self, job_id: str, phase: str = "completed") -> datetime:
        """Move on to the moment at which the job enters the phase; stays when it has done so.

        Raises NeverHappens when there is no such job, or its timeline has no such phase.
        """

    def turn(self, plan: ClockSettings) -> datetime:
        """Go on from now as another kind of clock, or with another speed or step."""


class TenantFaults(Protocol):
    """The faults of one tenant; each is said in the words of a scenario's ``faults``."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they are asked, with their counts."""

    def add(self, fault: Mapping[str, Any]) -> str:
        """Add one before all others, as ``{"when": {"call": 2}, "answer": 503}``; gives its id.

        Raises ScenarioErrors for what the language does not know, and TooManyFaults.
        """

    def remove(self, id: str) -> None:
        """Raises LookupError when there is no such fault."""

    def clear(self) -> None:
        """Remove all of them, the scenario's too."""


class TenantWebhooks(Protocol):
    """The webhooks of one tenant."""

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was sent, or is to be sent, with each attempt; oldest first."""

    def add(
        self,
        provider: str,
        url: str,
        *,
        events: tuple[str, ...] = (),
        secret: str | None = None,
        real_timestamps: bool = False,
    ) -> None:
        """Tell an address of the jobs that are made from now on. Raises ValueError."""

    def send_again(self, id: str) -> Delivery:
        """The same message once more, now. Raises NotFound for an unknown delivery."""

    def wait(self, timeout: str | float = "10s") -> tuple[Delivery, ...]:
        """The deliveries, once every attempt that is due has been made. Raises NothingCame."""


class TenantInbox(Protocol):
    """One inbox of a tenant: an address to send to, and what has come."""

    name: str
    url: str

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """The last ones, oldest first."""

    @property
    def bodies(self) -> list[Json]:
        """The messages' JSON. Raises ValueError where one is none."""

    def wait(self, count: int = 1, *, timeout: str | float = "5s") -> tuple[ReceivedMessage, ...]:
        """The messages, once there have been so many. Raises NothingCame."""

    def clear(self) -> None:
        """Forget the messages, and begin to count again."""


class SpeechEmulator(Protocol):
    """One tenant: its addresses, its clock, its faults, its journal, its webhooks.

    The pytest fixture ``speech_emulator`` gives one, wherever the emulator runs. Of an exchange
    that comes from elsewhere, ``course`` is empty, and of a delivery, its message's ``hook`` names
    the provider alone: they stay where the emulator is, and ``explain`` tells what came of them.
    """

    url: str
    key: str

    @property
    def clock(self) -> TenantClock: ...

    @property
    def faults(self) -> TenantFaults: ...

    @property
    def webhooks(self) -> TenantWebhooks: ...

    @property
    def aitronos(self) -> Account: ...

    @property
    def azure_speech(self) -> Account: ...

    @property
    def gladia(self) -> Account: ...

    @property
    def phrase_studio(self) -> Account: ...

    @property
    def journal(self) -> tuple[Exchange, ...]:
        """What this tenant's key asked, and what it got; oldest first."""

    @property
    def unclaimed(self) -> tuple[Exchange, ...]:
        """What came without a good key, whoever sent it, since this tenant was opened."""

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The webhooks that were sent, or are to be, with each attempt; oldest first."""

    def explain(self, request_id: str | None = None) -> Explanation:
        """Why a request got the answer that it got; ``print()`` it.

        The one whose answer carried that ``X-Emulator-Request-Id``, else the last one; of those
        that are ``unclaimed``, the last one where the journal is empty. Raises NoExchange.
        """

    def verify(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        query: Mapping[str, str | None] = EMPTY,
        headers: Mapping[str, str | None] = EMPTY,
        body: Json = None,
        key: str | None = None,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """Raise AssertionError, with the nearest misses, unless so many exchanges are like this."""

    def har(self) -> dict[str, Json]:
        """The journal as an HTTP archive (HAR 1.2), with masked keys; ``json.dumps`` it."""

    def coverage(self) -> Coverage:
        """What this tenant's requests met of each API; ``print()`` it."""

    def inbox(self, name: str, answers: Iterable[int] = ()) -> TenantInbox:
        """An address that receives anything.

        The n-th message is answered with the n-th status, all later ones with the last of them.
        """

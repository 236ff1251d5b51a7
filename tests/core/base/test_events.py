from emulator.core.base.events import Event, Events


def test_whoever_listens_is_told_until_they_stop() -> None:
    events = Events()
    heard: list[Event] = []
    stop = events.subscribe(heard.append)

    events.publish("tenant", "test-ann", "opened")
    stop()
    events.publish("tenant", "test-ann", "closed")

    assert heard == [Event(1, "tenant", "test-ann", "opened")]
    assert len(events) == 0


def test_what_nobody_listens_to_is_not_counted() -> None:
    events = Events()
    heard: list[int] = []

    events.publish("clock", "test-ann", None)
    events.subscribe(lambda event: heard.append(event.number))
    events.publish("clock", "test-ann", None)
    events.publish("clock", "test-ann", None)

    assert heard == [1, 2]


def test_a_listener_may_stop_while_it_is_told() -> None:
    events = Events()
    heard: list[str] = []

    def once(event: Event) -> None:
        heard.append("once")
        stop()

    stop = events.subscribe(once)
    events.subscribe(lambda event: heard.append("always"))
    events.publish("clock", "test-ann", None)
    events.publish("clock", "test-ann", None)

    assert heard == ["once", "always", "always"]

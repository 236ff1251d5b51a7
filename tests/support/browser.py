"""A headless browser, driven over the WebDriver protocol (https://www.w3.org/TR/webdriver2/)."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which
from time import monotonic, sleep
from typing import Any

import httpx

DRIVER = which("chromedriver")
CHROMIUM = which("chromium") or which("google-chrome")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element; section 12.1
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--window-size=1200,1600",
)
PATIENCE_SECONDS = 60.0


class Browser:
    def __init__(self, http: httpx.Client, session: str) -> None:
        self._http = http
        self._session = f"/session/{session}"

    def open(self, url: str) -> None:
        self._post("/url", {"url": url})

    def run(self, script: str, *args: Any) -> Any:
        """What the script returns; it runs in the page."""
        return self._post("/execute/sync", {"script": script, "args": list(args)})

    def wait(self, script: str, *args: Any) -> Any:
        """What the script returns as soon as that is something."""
        until = monotonic() + PATIENCE_SECONDS
        while monotonic() < until:
            found = self.run(script, *args)
            if found:
                return found
            sleep(0.05)
        raise AssertionError(f"nothing came of: {script}")

    def click(self, selector: str) -> None:
        """A real click in the middle of what is there by then."""
        self.wait("return document.querySelector(arguments[0])", selector)
        found = self._post("/element", {"using": "css selector", "value": selector})
        self.run("arguments[0].scrollIntoView({block: 'center'})", found)
        self._post(f"/element/{found[ELEMENT]}/click", {})

    def prefer(self, scheme: str) -> None:
        """Report a light or dark colour scheme to pages, as the user's preference."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        command = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}}
        self._post("/goog/cdp/execute", command)

    def errors(self) -> list[str]:
        """What the page complained of."""
        found = self._post("/se/log", {"type": "browser"})
        return [one["message"] for one in found if one["level"] == "SEVERE"]

    def _post(self, path: str, content: Any) -> Any:
        response = self._http.post(self._session + path, json=content)
        assert response.status_code == 200, response.text
        return response.json()["value"]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Only where ``DRIVER`` and ``CHROMIUM`` are there."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "chromedriver.log").open("wb")
    driver = subprocess.Popen([str(DRIVER), f"--port={port}"], stdout=log, stderr=log)
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
    try:
        ready(http)
        options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={folder / 'profile'}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        asked = {"capabilities": {"alwaysMatch": wanted}}
        session = http.post("/session", json=asked).json()["value"]["sessionId"]
        yield Browser(http, session)
        http.delete(f"/session/{session}")
    finally:
        driver.terminate()
        driver.wait(timeout=60)
        http.close()
        log.close()


def ready(http: httpx.Client) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while monotonic() < until:
        try:
            http.get("/status")
        except httpx.TransportError:
            sleep(0.05)
        else:
            return
    raise AssertionError("chromedriver does not answer")

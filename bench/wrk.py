"""The same load by wrk, where it is installed: it takes less of the machine than Python does."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import Load
from bench.messages import HOST, Message

SCRIPT = """
wrk.method = {method}
wrk.body = {body}
{headers}
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
"""


def is_there() -> bool:
    return shutil.which("wrk") is not None


def version() -> str:
    shown = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(shown.split()[:2])


def lua(text: str) -> str:
    """A text as Lua's long string, which knows no escapes."""
    return f"[==[{text}]==]"


def script(message: Message) -> str:
    headers = (f"wrk.headers[ {lua(k)} ] = {lua(v)}" for k, v in message.headers.items())
    body = lua(message.body.decode()) if message.body else "nil"
    return SCRIPT.format(method=lua(message.method), body=body, headers="\n".join(headers))


def parsed(output: str) -> Load:
    """What the script's last function printed; wrk counts in microseconds."""
    line = next(splitline for splitline in output.splitlines() if splitline.startswith("RESULT "))
    requests, lasted, p50, p99, failed = map(int, line.split()[1:])
    return Load(requests, lasted / 1e6, p50 / 1e3, p99 / 1e3, failed)


def load(port: int, message: Message, *, connections: int, seconds: float) -> Load:
    """Raises CalledProcessError. The time is in whole seconds."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "load.lua")
        file.write_text(script(message))
        whole = max(1, round(seconds))
        words = ["wrk", "-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "30s"]
        words += ["-s", str(file), f"http://{HOST}:{port}{message.path}"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    return parsed(done.stdout)

"""A Prometheus of a test's own, with what it is given."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from evidence.free_port import free_port

_READY_WITHIN_S = 60.0


def load_openmetrics(text: str, data: Path) -> None:
    """Make blocks of samples that were recorded long ago."""
    file = data.parent / "recorded.txt"
    file.write_text(text)
    done = subprocess.run(
        # In blocks of a month: for each block it reads the file once.
        (
            *("promtool", "tsdb", "create-blocks-from", "--max-block-duration=768h"),
            *("openmetrics", str(file), str(data)),
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    file.unlink()


@contextmanager
def prometheus(data: Path, scrape: str = "") -> Iterator[str]:
    """The address of a server on `data`; `scrape` is its configuration of targets."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = data.parent / "prometheus.yml"
    config.write_text(f"global: {{scrape_interval: 1s}}\nscrape_configs: [{scrape}]\n")
    with (data.parent / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            (
                "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={data}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--storage.tsdb.retention.time=50y",
                "--enable-feature=native-histograms",
                "--web.enable-remote-write-receiver",
            ),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, f"{url}/-/ready", data.parent / "prometheus.log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=1):  # noqa: S310 -- our own server
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"no Prometheus: {log.read_text()[-2000:]}")

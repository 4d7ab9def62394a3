"""Room tests/: push.py of a generated graph crate and a small WebSocket server: what it sends, and what it says."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from tests.template.fake_server import KEY
from tests.template.generating import generate

TEA = '[{"item": "tea", "quantity": 2}]'


class Fake:
    """Answers as Cloacina's server does (ws.rs of 0.6.1 to 0.11.1), one connection after the other and frame by frame.
    `paths` and `received`: what came in; `known`: the accumulators of the key's tenant; `status`: in place of a
    handshake; `gone`: it ends at the first message with the code `ends`, 4404 for an unloaded package, None a reset.
    """

    def __init__(self) -> None:
        self.known = {"order_totals_orders"}
        self.gone = False
        self.ends: int | None = 4404
        self.status = 0
        self.paths: list[str] = []
        self.received: list[bytes] = []
        self.url = ""

    def serve(self, listener: socket.socket) -> None:
        """Until the listener is shut down."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        protocol = ServerProtocol()
        while not protocol.close_expected() and (data := connection.recv(65536)):
            protocol.receive_data(data)
            for event in protocol.events_received():
                if isinstance(event, Request):
                    protocol.send_response(self._answer(protocol, event))
                elif isinstance(event, Frame) and event.opcode in (Opcode.BINARY, Opcode.TEXT):
                    self.received.append(bytes(event.data) if event.opcode is Opcode.BINARY else b"a text")
                    if self.gone and self.ends is None:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        return
                    if self.gone:
                        protocol.data_to_send()  # no answer to a ping that came with the message
                        protocol.send_close(self.ends, "accumulator 'x' not registered")
            for answer in protocol.data_to_send():
                connection.sendall(answer)

    def _answer(self, protocol: ServerProtocol, request: Request) -> Response:
        self.paths.append(request.path)
        if self.status:
            return protocol.reject(HTTPStatus(self.status), "")
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return protocol.reject(HTTPStatus.UNAUTHORIZED, "")
        known = request.path.removeprefix("/v1/ws/accumulator/") in self.known
        return protocol.accept(request) if known else protocol.reject(HTTPStatus.FORBIDDEN, "")


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=fake.serve, args=(listener,))
        thread.start()
        try:
            yield fake
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    crate = generate(tmp_path_factory.mktemp("push"), crate_name="order-totals", start="event").made()
    return crate / "scripts" / "push.py"


def push(script: Path, url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as `make push` does, but for pipx. Whatever happens, the key is never shown."""
    env = {"PATH": os.defpath, "CLOACINA_SERVER": url, "CLOACINA_API_KEY": KEY, "no_proxy": "*", **environment}
    command = [sys.executable, str(script), *arguments]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert KEY not in run.stdout + run.stderr
    return run


def failed(run: subprocess.CompletedProcess[str], status: int) -> str:
    assert run.returncode == status, run.stdout + run.stderr
    line = run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert line.isprintable()
    return line


def test_an_event_is_sent_as_a_string_that_holds_json(script: Path) -> None:
    with serving(Fake()) as fake:
        run = push(script, fake.url + "/", "order_totals_orders", TEA, "[1]")
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"pushed to order_totals_orders of {fake.url}: 2\n"
    assert fake.paths == ["/v1/ws/accumulator/order_totals_orders"]
    assert fake.received == [json.dumps(TEA).encode(), b'"[1]"'], "binary: the server drops text"


def test_nobody_listens(script: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        line = failed(push(script, f"http://127.0.0.1:{taken.getsockname()[1]}", "order_totals_orders", TEA), 1)
    assert line.startswith("error: no answer from http://127.0.0.1:")
    assert line.endswith("is CLOACINA_SERVER right, and up?")


def test_no_server_of_this_kind(script: Path) -> None:
    """It takes the connection and says nothing of WebSockets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"220 mail.example.org\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        line = failed(push(script, f"http://127.0.0.1:{listener.getsockname()[1]}", "order_totals_orders", TEA), 1)
        thread.join()
    assert line.startswith("error: no answer from http://127.0.0.1:")


def test_wrong_key(script: Path) -> None:
    with serving(Fake()) as fake:
        line = failed(push(script, fake.url, "order_totals_orders", TEA, CLOACINA_API_KEY="clk_other"), 1)
    assert line == f"error: {fake.url} does not know the key (401): check CLOACINA_API_KEY"
    assert fake.received == []


@pytest.mark.parametrize("gone", [False, True], ids=["never there", "unloaded meanwhile"])
def test_no_accumulator(script: Path, gone: bool) -> None:
    with serving(Fake()) as fake:
        fake.gone = gone
        name = "order_totals_orders" if gone else "order totals"
        line = failed(push(script, fake.url, name, TEA), 1)
    assert line.startswith(f"error: {fake.url} has no accumulator '{name}' for this key: is the package loaded")
    assert fake.paths == [f"/v1/ws/accumulator/{name.replace(' ', '%20')}"]


@pytest.mark.parametrize("text", ["{", "tea", "NaN", ""])
def test_what_is_no_json_is_not_sent(script: Path, text: str) -> None:
    with serving(Fake()) as fake:
        run = push(script, fake.url, "order_totals_orders", TEA, text)
    assert failed(run, 2).startswith("error: this is no JSON (")
    assert len(run.stderr.splitlines()) == 1
    assert fake.paths == []


@pytest.mark.parametrize("code", [1001, 1011, None], ids=["going away", "failing", "reset"])
def test_a_connection_that_ends_before_all_was_read(script: Path, code: int | None) -> None:
    with serving(Fake()) as fake:
        fake.ends, fake.gone = code, True
        line = failed(push(script, fake.url, "order_totals_orders", TEA), 1)
    assert line.startswith(f"error: {fake.url} ended the connection ")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "has no /v1/ws/accumulator: is it the address of a Cloacina server?"),
        (502, ", or a proxy before it, fails (502): push again"),
        (307, "redirects (307): CLOACINA_SERVER has to be the address itself"),
    ],
)
def test_no_websocket_there(script: Path, status: int, says: str) -> None:
    with serving(Fake()) as fake:
        fake.status = status
        line = failed(push(script, fake.url, "order_totals_orders", TEA), 1)
    assert line.startswith(f"error: {fake.url}")
    assert line.endswith(says)


def test_a_socks_proxy(script: Path) -> None:
    proxy = {"http_proxy": "socks5://127.0.0.1:9", "no_proxy": ""}
    line = failed(push(script, "http://cloacina.example.org", "order_totals_orders", TEA, **proxy), 1)
    assert line.endswith("set no_proxy for http://cloacina.example.org")


def test_an_environment_that_is_not_there(script: Path) -> None:
    line = failed(push(script, "", "order_totals_orders", TEA), 2)
    assert line == "error: CLOACINA_SERVER is not set; README.md says what the environment has to tell"


def test_without_the_package_it_needs(script: Path) -> None:
    command = [sys.executable, "-S", str(script), "order_totals_orders", TEA]
    run = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.defpath})
    assert failed(run, 2).endswith("websockets is not installed: run this with `pipx run`")

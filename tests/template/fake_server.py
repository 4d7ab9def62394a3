"""Room tests/: a small server that answers as Cloacina's do (routes and words of 0.6.1 and 0.11.1), for upload.py."""

from __future__ import annotations

import email.parser
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "clk_a-Very_secret.key"
NOT_FOUND = {"code": "execution_failed", "error": "Failed to schedule workflow: Workflow not found in registry: x"}


class Fake:
    """`version`: "" for a server up to 0.7, which does not tell it. `builds`: what the looks at the package give, one
    after the other, the last for ever; `executions`: the answers to executing likewise. `requests`: what was asked."""

    def __init__(self, version: str = "") -> None:
        self.version = version
        self.builds: list[dict[str, Any]] = [{"build_status": "pending"}, {"build_status": "success"}]
        self.tasks: list[str] = ["extract"]
        self.graphs: list[str] = []
        self.appears: list[str] = []  # graphs, once the package is built
        self.executions: list[tuple[int, dict[str, Any]]] = [(202, {"execution_id": "e1"})]
        self.states = ["Running", "Completed"]
        self.upload: tuple[int, dict[str, Any]] = (201, {"package_id": "p1"})
        self.redirect = ""
        self.tenants: list[str] = []  # told to an administrator alone
        self.requests: list[str] = []
        self.received = b""
        self.url = ""

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        self.requests.append(f"{method} {path}")
        if path == "/openapi.json":
            return (200, {"info": {"version": self.version}}) if self.version else (404, {"error": "not found"})
        if headers["Authorization"] != f"Bearer {KEY}":
            return 401, {"code": "unauthorized", "error": "invalid API key"}
        if path == "/v1/tenants":
            kind, name = ("items", "name") if self.version else ("tenants", "schema_name")
            if not self.tenants:
                return 403, {"code": "admin_required", "error": "admin access required"}
            return 200, {kind: [{name: tenant} for tenant in self.tenants]}
        if path.startswith("/v1/health/graphs/"):
            name = path.rpartition("/")[2]
            running = {"name": name, "health": {"state": "live"}}
            return (200, running) if name in self.graphs else (404, {"error": f"graph '{name}' not found"})
        start = "/v1/tenants/"
        tenant, _, rest = path.removeprefix(start).partition("/")
        if tenant not in ("public", "team%20a"):
            return 403, {"code": "tenant_access_denied", "error": "access denied for this tenant"}
        if rest == "workflows" and method == "POST":
            parts = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
                b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body
            )
            (part,) = parts.iter_parts()
            if part.get_param("name", header="Content-Disposition") != "file":
                return 400, {"code": "invalid_request", "error": "no 'file' field in multipart request"}
            self.received = part.get_content()
            return self.upload
        if rest == "workflows":
            return 200, {"items" if self.version else "workflows": []}
        if rest == "workflows/p1":
            details = self.builds.pop(0) if len(self.builds) > 1 else self.builds[0]
            if details.get("build_status") == "success":
                self.graphs, self.appears = [*self.graphs, *self.appears], []
            late = {"workflow_name": "w", "tasks": self.tasks} if self.version else {"tasks": []}
            return 200, {**(late if details.get("build_status") == "success" else {}), **details}
        if rest.endswith("/execute"):
            return self.executions.pop(0) if len(self.executions) > 1 else self.executions[0]
        if rest == "executions/e1":
            return 200, {"status": self.states.pop(0) if len(self.states) > 1 else self.states[0]}
        return 404, {"error": "not found"}


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    """The server, listening on a free port of this machine while the block lasts; `fake.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = fake.answer(self.command, self.path, self.headers, body)
            text = json.dumps(answer).encode()
            if fake.redirect:
                self.send_response(302)
                self.send_header("Location", fake.redirect)
            else:
                self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 - http.server looks for this name

        def log_message(self, *arguments: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield fake
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()

"""Room tests/e2e/service/: the server's HTTP interface, as far as the tests use it; the standard library alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from tests.e2e.service.processes import ServiceError, wait_for

FINISHED = ("Completed", "Failed", "Cancelled")


class AnswerError(ServiceError):
    """The server answered with an error. `status`: of HTTP; `body`: what it said."""

    def __init__(self, what: str, status: int, body: str) -> None:
        super().__init__(f"{what}: HTTP {status}: {body}")
        self.status = status
        self.body = body


class Client:
    """One tenant of one server, as the owner of one API key. Every method raises AnswerError."""

    def __init__(self, url: str, api_key: str, tenant: str) -> None:
        self.url = url
        self.api_key = api_key
        self.tenant = tenant

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> dict[str, Any]:
        """The JSON object that the server answers under /v1/tenants/<tenant>/<path>, or under a path with a `/`."""
        whole = path if path.startswith("/") else f"/v1/tenants/{self.tenant}/{path}"
        request = urllib.request.Request(f"{self.url}{whole}", body, method=method)
        request.add_header("Authorization", f"Bearer {self.api_key}")
        request.add_header("Content-Type", kind)
        # Never through a proxy: the server is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            raise AnswerError(f"{method} {path}", error.code, text) from None
        return answer

    def upload(self, archive: Path) -> str:
        """Upload a package; returns its id."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{archive.name}"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        body = head.encode() + archive.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        answer = self.call("POST", "workflows", body, f"multipart/form-data; boundary={boundary}")
        return str(answer["package_id"])

    def package(self, package: str) -> dict[str, Any]:
        """What the server knows of a package, by its id or name: `build_status`, `build_error` ..."""
        return self.call("GET", f"workflows/{urllib.parse.quote(package)}")

    def packages(self) -> list[str]:
        """The names of the packages that the server lists."""
        return [item["package_name"] for item in _items(self.call("GET", "workflows"), "workflows")]

    def built(self, package: str, seconds: float) -> dict[str, Any]:
        """Wait until the compiler service has done with a package; returns `package(package)`."""

        def look() -> dict[str, Any] | None:
            state = self.package(package)
            return state if state["build_status"] in ("success", "failed") else None

        return wait_for(look, seconds, f"build of package {package}", pause=0.3)

    def execute(self, workflow: str, context: dict[str, Any]) -> str:
        """Start a workflow; returns the execution's id."""
        body = json.dumps({"context": context}).encode()
        answer = self.call("POST", f"workflows/{urllib.parse.quote(workflow)}/execute", body)
        return str(answer["execution_id"])

    def execute_when_loaded(self, workflow: str, context: dict[str, Any], seconds: float) -> str:
        """The same for a package that has just been built: the server loads it at its next look."""

        def look() -> str | None:
            try:
                return self.execute(workflow, context)
            except AnswerError as error:
                if error.status in (400, 404) and "not found" in error.body.lower():
                    return None
                raise

        return wait_for(look, seconds, f"workflow {workflow} loaded", pause=0.3)

    def finished(self, execution: str, seconds: float) -> str:
        """Wait for the end of an execution; returns its status."""

        def look() -> str | None:
            status = str(self.call("GET", f"executions/{execution}")["status"])
            return status if status in FINISHED else None

        return wait_for(look, seconds, f"end of execution {execution}", pause=0.2)

    def schedules(self) -> list[dict[str, Any]]:
        """Every cron schedule and polled trigger: `workflow_name`, `cron_expression`, `last_run_at` ..."""
        return _items(self.call("GET", "triggers"), "schedules")

    def graphs(self) -> list[str]:
        """The names of the computation graphs that run, of whichever package."""
        return [item["name"] for item in _items(self.call("GET", "/v1/health/graphs"), "graphs")]


def _items(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of an answer: under its own name, from 0.7 or so on under `items`."""
    found: list[dict[str, Any]] = answer["items"] if "items" in answer else answer[name]
    return found

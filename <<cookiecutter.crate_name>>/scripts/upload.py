#!/usr/bin/env python3
"""Uploads the packed crate to a Cloacina server, and waits until the server has built and loaded it.

`make upload` packs and calls this. The server, the tenant and the key come from the environment: CLOACINA_SERVER,
CLOACINA_TENANT (default: public) and CLOACINA_API_KEY. Keep the key out of this directory, for packing takes every
file of it. Exit status: 0 done, 1 refused or failed, 2 not started; one line says why. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import sys
import tarfile
import time
import urllib.parse
import urllib.request
import uuid

LIMIT = 100 * 1024 * 1024
# A package loads only on servers of its own group of versions.
GROUPS = (((0, 5),), ((0, 6), (0, 7)), ((0, 8), (0, 9)), ((0, 10),), ((0, 11), (0, 12)))
NOT_LOADED = (
    "the library has no entry points (`package!()` in src/lib.rs), is built for another group of versions, or names "
    "that have to agree do not; only the server's log tells: run cloacina-lint, and `cloacina-lint why` on the log"
)


class Failure(Exception):
    """What went wrong and what to do, in one line, with the exit status."""

    def __init__(self, line, status=1):
        super().__init__(line)
        self.status = status


class Package:
    """What the archive says: its bytes, the names in it, the Cloacina it is written for."""

    def __init__(self, path):
        try:
            size = os.path.getsize(path)
            if size > LIMIT - 4096:
                raise Failure(
                    f"{path} has {size / 1048576:.1f} MiB and a server takes 100: keep data out of the directory", 2
                )
            with open(path, "rb") as file:
                self.data = file.read()
        except OSError as error:
            raise Failure(f"{path}: {error.strerror}; run `make pack`", 2) from None
        if not self.data.startswith(b"BZh"):
            raise Failure(f"{path} is no bzip2 archive, and a server takes nothing else; run `make pack`", 2)
        files = self._texts(path)
        if "package.toml" not in files or "Cargo.toml" not in files:
            raise Failure(f"{path} has no package.toml or no Cargo.toml; run `make pack`", 2)
        secret = next((name for name in sorted(files) if os.path.basename(name).startswith(".env")), None)
        if secret:
            raise Failure(f"{path} has the file {secret} in it: move that out of the directory, and pack again", 2)
        manifest, cargo = files["package.toml"], files["Cargo.toml"]
        self.name, self.version = _value(manifest, "package", "name"), _value(manifest, "package", "version")
        self.workflow = _value(manifest, "metadata", "workflow_name")
        self.graph = _value(manifest, "metadata", "graph_name")
        crate = _value(cargo, "package", "name")
        if crate != self.name:
            raise Failure(
                f"the package is named '{self.name}' in package.toml and '{crate}' in Cargo.toml: the server would "
                "not find what is in it; write the same name in both",
                2,
            )
        rust = "\n".join(text for name, text in files.items() if name.endswith(".rs"))
        if not re.search(r"\bpackage!\s*[({\[]", rust):
            raise Failure("no source file calls `cloacina_workflow_plugin::package!();`, so no server can load it", 2)
        self.has_tasks = "#[workflow" in rust
        locked = re.search(r'name = "cloacina-workflow"\nversion = "([^"]+)"', files.get("Cargo.lock", ""))
        asked = re.search(r'^cloacina-workflow\b[^"\n]*"[=^~]?([0-9][^"]*)"', cargo, re.M)
        self.cloacina = locked[1] if locked else asked[1] if asked else ""

    @staticmethod
    def _texts(path):
        """Path inside the package -> text, of the files that are read here."""
        texts = {}
        try:
            with tarfile.open(path, "r:bz2") as archive:
                for member in archive:
                    name = member.name.partition("/")[2]
                    opened = archive.extractfile(member) if member.isfile() else None
                    if opened:
                        known = name.endswith((".rs", ".toml", ".lock")) and member.size < LIMIT
                        texts[name] = opened.read().decode("utf-8", "replace") if known else ""
        except (tarfile.TarError, OSError, EOFError) as error:
            raise Failure(f"{path} cannot be unpacked ({error}); run `make pack`", 2) from None
        return texts


def _value(toml, table, key):
    """A text of a table of TOML, written as `key = "text"`; else an empty text."""
    body = re.search(rf"^\[{table}\][ \t]*(?:#[^\n]*)?$(.*?)(?=^\[|\Z)", toml, re.M | re.S)
    found = body and re.search(rf"^{key}\s*=\s*(?:\"([^\"\\]*)\"|'([^']*)')", body[1], re.M)
    return (found[1] or found[2] or "") if found else ""


def group(version):
    """The group of versions that this one loads on, or None where that is not known."""
    parts = re.match(r"(\d+)\.(\d+)", version or "")
    return next((group for group in GROUPS if parts and (int(parts[1]), int(parts[2])) in group), None)


def span(versions):
    return " and ".join(f"{major}.{minor}" for major, minor in versions)


def _is_address(url):
    try:
        parts = urllib.parse.urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # the brackets or the port
        return False
    return bool(whole and re.fullmatch(r"[!-~]+", url) and not re.search(r"[@?#]", url))


class _AsItComes(urllib.request.HTTPErrorProcessor):
    """Every status is an answer, a redirect too: following it would take the key to wherever it leads."""

    def http_response(self, request, response):
        return response

    https_response = http_response


class Server:
    """One server and tenant. `ask` gives the status and the answer as a dict."""

    def __init__(self, environment):
        self.url = environment.get("CLOACINA_SERVER", "").strip().rstrip("/")
        self.tenant = environment.get("CLOACINA_TENANT", "").strip() or "public"
        self._key = environment.get("CLOACINA_API_KEY", "").strip()
        if not self.url or not self._key:
            missing = "CLOACINA_API_KEY" if self.url else "CLOACINA_SERVER"
            raise Failure(f"{missing} is not set; README.md says what the environment has to tell", 2)
        if not _is_address(self.url):
            raise Failure("CLOACINA_SERVER is no address such as https://cloacina.example.org", 2)
        if not re.fullmatch(r"[!-~]+", self._key):
            raise Failure("CLOACINA_API_KEY has a character that no key has", 2)
        self._opener = urllib.request.build_opener(_AsItComes)

    def authorization(self):
        """The headers that show the key."""
        return {"Authorization": f"Bearer {self._key}"}

    def path(self, *parts):
        quoted = (urllib.parse.quote(part, safe="") for part in ("tenants", self.tenant, *parts))
        return "/v1/" + "/".join(quoted)

    def ask(self, path, body=None, kind=None, seconds=30, patient=False):
        """Raises Failure when there is no answer; `patient`: gives status 0 instead."""
        headers = {**self.authorization(), **({"Content-Type": kind} if kind else {})}
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            if patient:
                return 0, {}
            why = getattr(error, "reason", None) or error
            raise Failure(f"no answer from {self.url} ({self.plain(why)}): is CLOACINA_SERVER right, and up?") from None
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        return status, found if isinstance(found, dict) else {"error": text.decode("utf-8", "replace")[:200]}

    def plain(self, text):
        """One printable line without the key."""
        line = " ".join(str(text).replace(self._key, "***").split())
        return "".join(char if char.isprintable() else "?" for char in line)

    def refused(self, doing, status, answer):
        """The failure that an answer stands for."""
        reason, code = self.plain(answer.get("error", "")) or "no reason given", answer.get("code", "")
        if status == 401:
            return Failure(f"{self.url} does not know the key (401): check CLOACINA_API_KEY")
        if status == 403 and code == "insufficient_permissions":
            return Failure(f"the key may only read (403): {doing} needs one that may write")
        if status == 404 or (status == 403 and code in ("", "tenant_access_denied")):
            return Failure(f"the key does not open tenant '{self.tenant}' ({status} {reason}): check CLOACINA_TENANT")
        if status == 413:
            return Failure(f"the server or a proxy before it finds the archive too big (413 {reason})")
        if 300 <= status < 400:
            return Failure(f"{self.url} redirects ({status}): CLOACINA_SERVER has to be the address itself")
        where = f" for tenant '{self.tenant}': is there such a tenant?" if status >= 500 else ""
        return Failure(f"the server refuses {doing} ({status} {reason}){where}")


def check_server(server, package):
    """Refuses a wrong key, tenant or generation before anything is sent; whether the server is of 0.8 or later."""
    if server.tenant != "public":
        # An administrator's key opens every tenant, and for one that does not exist early servers take "public".
        status, known = server.ask("/v1/tenants")
        tenants = known.get("items", known.get("tenants", [])) if status == 200 else None
        if tenants is not None and server.tenant not in [one.get("name", one.get("schema_name")) for one in tenants]:
            raise Failure(f"{server.url} has no tenant '{server.tenant}': check CLOACINA_TENANT")
    status, listed = server.ask(server.path("workflows"))
    if status != 200:
        raise server.refused("the list of packages", status, listed)
    late = "items" in listed  # up to 0.7 the key is "workflows"
    info = server.ask("/openapi.json")[1].get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    runs, wants = group(version) if late else GROUPS[1], group(package.cloacina)
    if runs and wants and runs != wants:
        shown = server.plain(version) if late else "0.6 or 0.7"
        raise Failure(
            f"the crate is for Cloacina {package.cloacina}, which loads on {span(wants)}, and the server is {shown}: "
            f"set every cloacina crate in Cargo.toml to {span(runs)}"
        )
    return late


def upload(server, package):
    """Sends the archive; the id that the server gives it."""
    edge = uuid.uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="package.cloacina"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + package.data + f"\r\n--{edge}--\r\n".encode()
    status, answer = server.ask(server.path("workflows"), body, f"multipart/form-data; boundary={edge}", 300)
    if status not in (200, 201) or not answer.get("package_id"):
        raise server.refused("the archive", status, answer)
    return str(answer["package_id"])


def first_errors(server, text):
    """What cargo complains of first, with its place; one line."""
    lines = [line.strip() for line in str(text or "no reason given").splitlines() if line.strip()]
    errors = [number for number, line in enumerate(lines) if re.match(r"error\b(?!: could not compile)", line)]
    if not errors:
        return server.plain(" ".join(lines[-3:]))[:500]
    place = next((line[4:] for line in lines[errors[0] + 1 : errors[0] + 4] if line.startswith("--> ")), "")
    more = f"; and {len(errors) - 1} more" if len(errors) > 1 else ""
    return server.plain(f"{lines[errors[0]]}{f' ({place})' if place else ''}{more}")[:500]


def wait_until_built(server, package_id, seconds):
    """The server's details of the built package."""
    until, last = time.monotonic() + seconds, ""
    while True:
        status, details = server.ask(server.path("workflows", package_id), patient=True)
        if 400 <= status < 500:
            raise server.refused("to tell of the package", status, details)
        state = str(details.get("build_status", "")) if status == 200 else "not told"
        if state != last:
            print(f"build: {server.plain(state)}", flush=True)
            last = state
        if state == "failed":
            raise Failure(f"the build failed: {first_errors(server, details.get('build_error'))}")
        if state == "success":
            return details
        if time.monotonic() >= until:
            why = "is a cloacina-compiler running?" if state == "pending" else "wait longer with --timeout"
            raise Failure(f"not built after {seconds} s, the build is still '{server.plain(state)}': {why}")
        time.sleep(1)


def execute(server, workflow, context, seconds):
    """Starts the workflow as soon as it is loaded, and waits for its end: the proof that it was."""
    body = json.dumps({"context": context}).encode()
    until = time.monotonic() + seconds
    while True:
        status, answer = server.ask(server.path("workflows", workflow, "execute"), body, "application/json")
        if status in (200, 202):
            break
        if status not in (400, 404) or "not found" not in str(answer.get("error", "")).lower():
            raise server.refused(f"to execute '{workflow}'", status, answer)
        if time.monotonic() >= until:
            raise Failure(f"built, but not loaded after {seconds} s, there is no workflow '{workflow}': {NOT_LOADED}")
        time.sleep(1)
    execution = str(answer.get("execution_id", ""))
    print(f"execution: {server.plain(execution)}", flush=True)
    until = time.monotonic() + seconds
    while True:
        status, answer = server.ask(server.path("executions", execution), patient=True)
        state = str(answer.get("status", "")) if status == 200 else ""
        if state.lower() in ("completed", "failed", "cancelled"):
            if state.lower() != "completed":
                raise Failure(f"the execution ended as {state}: GET {server.path('executions', execution, 'events')}")
            return
        if time.monotonic() >= until:
            raise Failure(f"the execution {execution} is still '{server.plain(state)}' after {seconds} s")
        time.sleep(1)


def graph_runs(server, package):
    """Is there a computation graph of this name, and does it run?"""
    status, answer = server.ask("/v1/health/graphs/" + urllib.parse.quote(package.graph, safe=""), patient=True)
    if status in (401, 403):
        raise server.refused("to tell of the graph", status, answer)
    health = answer.get("health")
    state = health.get("state") if isinstance(health, dict) else health
    return status == 200 and state not in ("stopped", "crashed")


def wait_until_loaded(server, package, package_id, late, options):
    """Ends when the server can execute the package, as far as it tells; one line says how far that is."""
    done = f"{package.name} {package.version} is built"
    if options.execute is not None:
        execute(server, package.workflow, options.execute, options.load_timeout)
        return f"{done} and loaded: '{package.workflow}' was executed and completed"
    if not package.has_tasks and not package.graph:
        return f"{done}; it has no workflow, so the server's log tells whether it is loaded"
    if package.has_tasks and not late:
        return f"{done}; whether it is loaded, a server up to 0.7 tells by executing it: make upload EXECUTE='JSON'"
    if not package.has_tasks and options.graph_ran:
        return f"{done}; a graph '{package.graph}' ran before, and only the server's log tells whether it is this one"
    until = time.monotonic() + options.load_timeout
    while True:
        if package.has_tasks:
            status, details = server.ask(server.path("workflows", package_id), patient=True)
            if status == 200 and details.get("tasks"):
                return f"{done}, and the server has read its workflow '{server.plain(details.get('workflow_name'))}'"
        elif graph_runs(server, package):
            return f"{done}, and the server runs its computation graph '{package.graph}'"
        if time.monotonic() >= until:
            raise Failure(f"built, but not loaded after {options.load_timeout} s: {NOT_LOADED}")
        time.sleep(1)


def context(text):
    """The context of an execution: a JSON object."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Failure(f"the context is no JSON ({error}): {text}", 2) from None
    if not isinstance(value, dict):
        raise Failure(f"the context of an execution is a JSON object: {text}", 2)
    return value


def run(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("--timeout", type=int, default=1800, help="seconds to wait for the build (default: 1800)")
    parser.add_argument("--load-timeout", type=int, default=60, help="seconds to wait for the loading (default: 60)")
    parser.add_argument("--execute", metavar="JSON", type=context, help="then execute the workflow with this context")
    options = parser.parse_args(arguments)
    package = Package(options.archive)
    if options.execute is not None and not package.has_tasks:
        raise Failure("there is no workflow to execute in this package: leave --execute (EXECUTE) out", 2)
    server = Server(os.environ)
    late = check_server(server, package)
    options.graph_ran = bool(not package.has_tasks and package.graph and graph_runs(server, package))
    package_id = upload(server, package)
    print(f"uploaded to tenant '{server.tenant}' of {server.url}: {server.plain(package_id)}", flush=True)
    wait_until_built(server, package_id, options.timeout)
    print(wait_until_loaded(server, package, package_id, late, options))


if __name__ == "__main__":
    try:
        run(sys.argv[1:])
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        sys.exit(failure.status)
    except KeyboardInterrupt:
        sys.exit(130)

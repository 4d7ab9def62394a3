"""Room tests/e2e/service/: `python -m tests.e2e.service [VERSION]`: a whole service, until Ctrl-C or end of input.

Prints one line of JSON: url, api_key, tenant, version, directory (with the logs), database (its URL), processes.
"""

from __future__ import annotations

import contextlib
import json
import sys

from scripts import _service
from scripts._terminal import UserError
from tests.e2e.service import running
from tests.e2e.service.processes import ServiceError


def main(arguments: list[str]) -> int:
    version = arguments[0] if arguments else "0.6.1"
    reason = _service.lacking()
    try:
        if reason:
            raise UserError(reason)
        service = running.Service(version)
    except (ServiceError, UserError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    processes = [service.supervisor.program.pid, *(one.pid for one in service.processes())]
    told = {name: getattr(service, name) for name in ("url", "api_key", "tenant", "version")}
    told.update(directory=str(service.supervisor.directory), database=service.database.url, processes=processes)
    print(json.dumps(told), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
    service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Room tests/e2e/service/: a whole Cloacina service on this machine: PostgreSQL, the server, the compiler service.

`python -m tests.e2e.service` starts one to try things by hand; the fixture `service` gives one to the tests.
"""

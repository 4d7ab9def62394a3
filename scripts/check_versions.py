"""Room scripts/: `python3 scripts/check_versions.py`: has Cloacina published what versions.json does not know?

Only the guard is here, in words that any Python reads, so that an old one gets one line instead of a syntax error.
"""

import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - here an old Python is told
    sys.stderr.write(
        "error: scripts/check_versions.py needs Python 3.10 or newer, this is {}.{}; run it with a newer one, "
        "for example: python3.12 scripts/check_versions.py\n".format(*sys.version_info)
    )
    sys.exit(2)

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from scripts._versions import main  # noqa: E402 - after the guard

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

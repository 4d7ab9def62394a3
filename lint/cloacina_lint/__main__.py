"""Room: `python -m cloacina_lint`."""

import sys

from .cli import main

sys.exit(main())

"""``python -m teachkeras.cli`` is ``teachkeras``."""

import sys

from teachkeras.cli import main

if __name__ == "__main__":
    sys.exit(main())

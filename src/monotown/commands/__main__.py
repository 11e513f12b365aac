"""``python -m monotown.commands``, the same as ``monotown``."""

import sys

from monotown.commands.main import main

if __name__ == "__main__":
    sys.exit(main())

"""``python -m citydiplomacy.cli``."""

import sys

from citydiplomacy.cli import main

sys.exit(main())

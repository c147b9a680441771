"""``python -m slugstudio`` does what ``slugstudio`` does."""

import sys

from slugstudio.cli import main

sys.exit(main())

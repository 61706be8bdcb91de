"""`python -m loihi_emu`: the same as the command `loihi-emu`."""

import sys

from loihi_emu.cli import main

sys.exit(main())

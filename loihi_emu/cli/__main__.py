"""`python -m loihi_emu.cli` is `loihi-emu`."""

import sys

from loihi_emu.cli.main import main

sys.exit(main())

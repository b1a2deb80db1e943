"""Where the user's own files live: settings in one folder, state in another.

`CYBERUN_CONFIG_DIR` and `CYBERUN_STATE_DIR` take their place, for tests and for machines set up by hand.
"""

from __future__ import annotations

import os
from pathlib import Path

_APP = "cyberun-tui"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def config_folder() -> Path:
    """The folder of the settings; it may not exist yet."""
    given = os.environ.get("CYBERUN_CONFIG_DIR")
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def state_folder() -> Path:
    """The folder of what the program remembers by itself; it may not exist yet."""
    given = os.environ.get("CYBERUN_STATE_DIR")
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_state_dir(_APP, appauthor=False))


def make_private(folder: Path) -> Path:
    """Make a folder that only the user can look into, with what is missing above it; OSError where that fails."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder

"""The HTTP libraries are imported without their extra work, by several threads at once too."""

from __future__ import annotations

import subprocess
import sys

TWO_THREADS = """
import ssl, threading
original = ssl.create_default_context
from workbench.invoke.quick import import_all
wrong = []
def load():
    try:
        import_all(("httpx", "aiohttp"))
    except BaseException as error:  # what a thread dies of has to reach the test
        wrong.append(error)
threads = [threading.Thread(target=load) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not wrong, wrong
assert ssl.create_default_context is original
assert "set_default_verify_paths" not in vars(ssl.SSLContext)
"""


def test_several_threads_may_ask_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", TWO_THREADS], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

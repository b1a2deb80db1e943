"""`make bench`: every row of PERFORMANCE's table that this version has, on this machine."""

import asyncio
import inspect

from tests.bench import editor, replay, start, transport, viewer, viewer_pty, workspace

for module in (start, replay, transport, viewer_pty, viewer, editor, workspace):
    print(f"\n{(module.__doc__ or '').splitlines()[0]}")
    done = module.main()
    if inspect.iscoroutine(done):
        asyncio.run(done)

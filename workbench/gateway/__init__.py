"""The local gateway: a stand-in for the Cyberun platform on loopback, for demos, tests and work without an account.

It stands apart: it imports no other room of the workbench and shares no code with the client, so that a test of the
client against it proves something. Start it with `workbench.gateway.server` (`serve`, `GatewayThread`, `run_forever`);
configure it with `workbench.gateway.config`. What it does is in `docs/gateway.md`.
"""

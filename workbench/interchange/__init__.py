"""Foreign formats, one file each: what a request looks like elsewhere, and what elsewhere's requests look like here.

Out: `curl_out`, `httpx_out`, `mcp_out`, `toml_out` take a request that is ready to go and give a text to copy
(`masking` keeps its secrets out). Pure: nothing here reads a disk, a clock or the network, or writes to a terminal.
"""

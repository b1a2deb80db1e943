"""Tests of the network edge without a network: pure parts, and the core over a transport that answers from memory."""

"""Tests of the network edge over real sockets on loopback."""

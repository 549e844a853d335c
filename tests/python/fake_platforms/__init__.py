"""Platforms on loopback: real HTTP servers that behave as the platforms do, for the loaders to be tested against."""

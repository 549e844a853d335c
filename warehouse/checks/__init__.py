"""Whether landing is what it was: verify, replay, recount, compare, compact, withdraw."""

"""How things stand: facts, their judgement, and where both are shown."""

"""What the landing commands do: land, extract, log in, and what they print of it."""

"""The contract of landing: what a table is, how a file is read, placed, checked and committed."""

"""What people take out of the published warehouse: queries, exports, docs, seed rows."""

"""Backups: made, restored, and tried."""

"""What every package uses: errors, settings, secrets, logs, durable files, SQL as text."""

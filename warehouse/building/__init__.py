"""From landing to the published warehouse: dbt aside, every test, one switch."""

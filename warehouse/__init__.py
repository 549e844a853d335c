"""What happens around dbt: build and publish, ask, check, back up, watch."""

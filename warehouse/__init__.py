"""What happens around dbt: build and publish, ask, export, check."""

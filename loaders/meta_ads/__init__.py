"""Meta Ads: the Marketing API, its dumps, and Ads Manager's CSVs."""

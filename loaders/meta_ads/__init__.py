"""Meta Ads: the Marketing API, its dumps, and Ads Manager's CSVs."""

from loaders.meta_ads.exports import SOURCE

__all__ = ["SOURCE"]

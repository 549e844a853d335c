"""Thin loaders: each lands what one platform sent, as text, through `loaders.landing`."""

"""Spotify: an artist's own pages, the catalogue of the Web API, and exports saved by hand."""

from loaders.spotify.pages import SOURCE

__all__ = ["SOURCE"]

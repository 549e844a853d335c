"""Thin loaders: a file or package directly in here is a source; it lands what one platform sent, as text."""

"""An invented label's raw files, in the platforms' own formats, and what a right warehouse finds in them."""

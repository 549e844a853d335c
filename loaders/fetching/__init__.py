"""How a platform is asked: through its API or its pages, within bounded time, tries and size."""

"""Knowledge: words written down to be used again."""

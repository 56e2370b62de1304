"""The commands behind the console script, by theme."""

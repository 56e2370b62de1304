"""Composition: settings, urls, reactions, guards, commands. The only place that knows every slice."""

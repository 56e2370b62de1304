"""Automation: what happens by itself when orders move: messages every company wants (`jobs`), and rules of its own."""

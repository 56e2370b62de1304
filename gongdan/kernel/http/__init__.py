"""The HTTP edge: framework-free operations, one dispatcher, one error handler, OpenAPI 3.1 (ADR 0003)."""

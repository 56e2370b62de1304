"""All tests run on a real PostgreSQL; see gongdan.wiring.postgres.pytest_plugin."""

pytest_plugins = ["gongdan.wiring.postgres.pytest_plugin"]

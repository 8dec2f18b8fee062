"""The live server of the tests, for clients that are no Python."""

pytest_plugins = ["tests.live"]

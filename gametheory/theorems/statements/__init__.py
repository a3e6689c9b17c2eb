"""The statements, by topic: each module has a `TOPIC` and a tuple `STATEMENTS`."""

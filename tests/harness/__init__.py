"""What the tests in Python share. PYTHONPATH has tests/: docs/contributing.md says how to run one by hand."""

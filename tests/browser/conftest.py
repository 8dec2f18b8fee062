"""`make test` needs Python alone, so what needs a Chromium is run by its name, as `make browser` does."""

collect_ignore = ["test_docs.py"]

"""Prepares Quartet's model artefact: fetch, convert, export, verify (see `pipeline.py`)."""

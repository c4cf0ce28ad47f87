"""Judging data that others send: read it, check it against the published repository, report line by line."""

"""Releases: a directory with everything that is published of a repository, made from content alone.

The same content makes the same bytes, in any folder, on any day: nothing here asks for the time or the machine.

    release.json        version, date, base IRI, prefix, counts, digest of data.nq
    data.nq             canonical N-Quads (RDFC-1.0, sorted): every graph, the inferred one included
    ontology/ queries/ shapes/  as they stand in the repository
    reports/            the verdict on the content, and the account of the lines where a source text was at hand
    changes/            what is new since the release before, where one was named

Everything else follows from these (``verify`` derives it anew and compares):

    data.trig data.ttl ontology.ttl context.jsonld
    data.*.gz data.*.zst, the same of each slice: claims, each graph of its own, documents/<document>
    tables/             one CSV a class, with CSVW metadata
    catalog.ttl void.ttl
    SHA256SUMS          of all of these
"""

from citydiplomacy.release.directory import Release, checksums, open_release

__all__ = ["Release", "checksums", "open_release"]

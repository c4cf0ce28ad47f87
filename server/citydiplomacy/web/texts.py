"""What the pages say, in English and German. Names of things come from the data; this is everything else."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "about": (
        "What documents say on cities in the governance of migration, as linked data. Every statement stands in the "
        "graph of the passage that says it: page, lines, digest.",
        "Was Dokumente über Städte in der Migrationsgovernance sagen, als verknüpfte Daten. Jede Aussage steht im "
        "Graphen der Textstelle, die sie belegt: mit Seite, Zeilen und Prüfsumme.",
    ),
    "all": ("all", "alle"),
    "answer": ("Answer", "Antwort"),
    "api": ("API", "API"),
    "api_alone": (
        "judge the data by itself, without what is published",
        "die Daten für sich prüfen, ohne das Veröffentlichte",
    ),
    "api_answer": ("the answer", "die Antwort"),
    "api_base": ("Below", "Unter"),
    "api_by_accept": (
        "the answer, in the format that Accept or format asks for",
        "die Antwort, in dem Format, das Accept oder format verlangt",
    ),
    "api_default": ("default", "Vorgabe"),
    "api_default_graph": ("the default graph, as FROM; repeatable", "der Standardgraph, wie FROM; wiederholbar"),
    "api_errors": ("Errors", "Fehler"),
    "api_explain": (
        "which pattern leaves no answer, and which names are unknown, as JSON, instead of the answer",
        "statt der Antwort, als JSON: welches Muster nichts übrig lässt und welche Namen unbekannt sind",
    ),
    "api_form": ("the form", "das Formular"),
    "api_format": ("the format, where Accept can not be set", "das Format, wo Accept nicht gesetzt werden kann"),
    "api_iri": (
        "an absolute IRI, or a name like mayors-mechanism",
        "eine absolute IRI oder ein Name wie mayors-mechanism",
    ),
    "api_lang": ("the language of what is there to read", "die Sprache der Texte"),
    "api_named_graph": (
        "a named graph, as FROM NAMED; repeatable",
        "ein benannter Graph, wie FROM NAMED; wiederholbar",
    ),
    "api_note": (
        "Every canned query, the SPARQL endpoint and the verdict on data of your own, over HTTP, from any origin, "
        "without a key.",
        "Jede vorbereitete Abfrage, der SPARQL-Endpunkt und das Urteil über eigene Daten, über HTTP, von überall, ohne "
        "Schlüssel.",
    ),
    "api_on_limit": (
        "past the size limit: an error, or the beginning of the answer, marked by X-Result-Truncated",
        "jenseits der Größengrenze: ein Fehler, oder der Anfang der Antwort, mit X-Result-Truncated gekennzeichnet",
    ),
    "api_problem": (
        "what went wrong: a status, a title, a detail; line, column and hint where there are any (RFC 9457)",
        "was schiefging: Status, Titel, Einzelheit; Zeile, Spalte und Hinweis, wo es sie gibt (RFC 9457)",
    ),
    "api_query": ("the query, in SPARQL 1.1", "die Abfrage, in SPARQL 1.1"),
    "api_several": ("several may be given", "mehrere möglich"),
    "api_sparql": ("The SPARQL 1.1 Protocol, read-only", "Das SPARQL-1.1-Protokoll, nur lesend"),
    "api_timeout": (
        "seconds, at most the server's own limit",
        "Sekunden, höchstens die Grenze des Servers",
    ),
    "api_try": ("Try it", "Ausprobieren"),
    "api_unchanged": ("the answer has not changed (If-None-Match)", "die Antwort ist unverändert (If-None-Match)"),
    "api_validate": ("The verdict on submitted data", "Das Urteil über eingereichte Daten"),
    "api_verdict": ("the verdict, whether the data conforms or not", "das Urteil, ob die Daten entsprechen oder nicht"),
    "as_data": ("As data", "Als Daten"),
    "ask": ("Ask", "Fragen"),
    "chart": ("Chart", "Diagramm"),
    "claims": ("What it says", "Was hier steht"),
    "clear": ("clear", "aufheben"),
    "code": ("code", "Programm"),
    "count": ("number", "Anzahl"),
    "coverage": ("Coverage", "Abdeckung"),
    "coverage_note": (
        "Which lines of the source the passages use. Dark: used by a passage. Light: left out for a stated reason. "
        "Empty: blank, or not accounted for.",
        "Welche Zeilen der Quelle die Textstellen nutzen. Dunkel: von einer Textstelle genutzt. Hell: aus einem "
        "genannten Grund ausgelassen. Leer: Leerzeile oder nicht erfasst.",
    ),
    "curl": ("With curl", "Mit curl"),
    "data": ("data", "Daten"),
    "document": ("Document", "Dokument"),
    "dumps": ("Dumps", "Dumps"),
    "edit": ("Edit this query", "Diese Abfrage bearbeiten"),
    "editor_note": (
        "Ask anything, read-only, by the SPARQL 1.1 Protocol. Endpoint:",
        "Beliebige lesende Abfragen nach dem SPARQL-1.1-Protokoll. Endpunkt:",
    ),
    "empty_note": (
        "The documents say nothing of this.",
        "Dazu sagen die Dokumente nichts.",
    ),
    "empty_pattern": (
        "The first part of the query that nothing in the data fits:",
        "Der erste Teil der Abfrage, zu dem nichts in den Daten passt:",
    ),
    "empty_unknown": ("Nothing is known of:", "Nichts bekannt ist von:"),
    "empty_try": (
        "Choose another value above: the lists offer what has answers.",
        "Oben einen anderen Wert wählen: Die Listen bieten an, wozu es Antworten gibt.",
    ),
    "example": ("Example", "Beispiel"),
    "examples": ("Examples", "Beispiele"),
    "explore": ("Explore", "Erkunden"),
    "explore_how": (
        "Click a thing to open it, a line to see the passages that say it. The table below says the same.",
        "Eine Sache anklicken, um sie zu öffnen, eine Linie, um ihre Textstellen zu sehen. Die Tabelle sagt dasselbe.",
    ),
    "explore_note": (
        "Begin with a thing and see what it is related to, step by step, each relation with its passages.",
        "Mit einer Sache beginnen, Schritt für Schritt sehen, womit sie verbunden ist; jede Beziehung mit Textstellen.",
    ),
    "figures": ("In this release", "In dieser Fassung"),
    "filter": ("Find in the answer", "In der Antwort suchen"),
    "find_query": ("Find a question", "Eine Frage finden"),
    "for_practitioners": ("For people with questions", "Für Menschen mit Fragen"),
    "for_practitioners_note": (
        "Prepared questions with parameters, as table, map, network or timeline, each row with its passage.",
        "Vorbereitete Fragen mit Parametern, als Tabelle, Karte, Netz oder Zeitleiste, jede Zeile mit Textstelle.",
    ),
    "for_repositories": ("For repositories", "Für Repositorien"),
    "for_repositories_note": (
        "Versioned dumps with checksums, a catalogue to harvest, the ontology, every thing as RDF.",
        "Versionierte Dumps mit Prüfsummen, ein Katalog zum Ernten, die Ontologie, jede Sache als RDF.",
    ),
    "for_submitters": ("For submitted data", "Für eingereichte Daten"),
    "for_submitters_note": (
        "A verdict to act on: which line, which rule, what to write instead.",
        "Ein Urteil, mit dem man arbeiten kann: welche Zeile, welche Regel, was stattdessen.",
    ),
    "fit": ("Show all", "Alles zeigen"),
    "format": ("Format", "Format"),
    "home_title": (
        "City diplomacy in migration governance",
        "Städtediplomatie in der Migrationsgovernance",
    ),
    "incoming": ("Where it occurs", "Wo es vorkommt"),
    "left_out": ("Lines left out", "Ausgelassene Zeilen"),
    "line": ("line", "Zeile"),
    "lines": ("lines", "Zeilen"),
    "main_menu": ("Main", "Hauptmenü"),
    "map": ("Map", "Karte"),
    "more": ("more", "weitere"),
    "network": ("Network", "Netz"),
    "network_cut": (
        "Shown are the most connected; narrow the question to see the rest.",
        "Gezeigt sind die mit den meisten Verbindungen; die Frage eingrenzen, um den Rest zu sehen.",
    ),
    "next": ("Next", "Weiter"),
    "nothing_found": ("Nothing is called so.", "Nichts heißt so."),
    "nothing_hint": (
        "Search by name, other name or acronym, in English or German.",
        "Gesucht wird nach Namen, anderen Namen und Abkürzungen, deutsch und englisch.",
    ),
    "ontology": ("Ontology", "Ontologie"),
    "outline": ("Outline", "Gliederung"),
    "page": ("page", "Seite"),
    "page_short": ("p.", "S."),
    "pages": ("Pages", "Seiten"),
    "passage": ("passage", "Textstelle"),
    "passages": ("passages", "Textstellen"),
    "passages_column": ("passages that say so", "Textstellen, die es sagen"),
    "perhaps": ("Perhaps you meant", "Vielleicht gemeint"),
    "permalink": ("Link to this answer", "Link zu dieser Antwort"),
    "previous": ("Back", "Zurück"),
    "python": ("With Python (SPARQLWrapper)", "Mit Python (SPARQLWrapper)"),
    "queries": ("Queries", "Abfragen"),
    "query": ("Query", "Abfrage"),
    "query_column": ("column", "Spalte"),
    "query_line": ("Line", "Zeile"),
    "questions": ("Questions", "Fragen"),
    "relation": ("relation", "Beziehung"),
    "relations": ("Relations", "Beziehungen"),
    "release": ("Release", "Fassung"),
    "replaced_by": ("It is replaced by", "An seine Stelle tritt"),
    "reuse": ("Take it along", "Mitnehmen"),
    "row": ("row", "Zeile"),
    "rows": ("rows", "Zeilen"),
    "search": ("Search", "Suche"),
    "search_button": ("Search", "Suchen"),
    "search_label": (
        "Search: a city, a network, a question",
        "Suche: eine Stadt, ein Netzwerk, eine Frage",
    ),
    "search_example": ("who funds the Mayors Migration Council", "wer fördert den Mayors Migration Council"),
    "section": ("Section", "Abschnitt"),
    "shapes": ("Shapes", "Shapes"),
    "skip": ("Skip to content", "Zum Inhalt"),
    "sparql": ("SPARQL", "SPARQL"),
    "sparql_note": ("The query as it was asked", "Die Abfrage, wie sie gestellt wurde"),
    "statements": ("statements", "Aussagen"),
    "table": ("Table", "Tabelle"),
    "terms": ("Terms of the ontology", "Begriffe der Ontologie"),
    "text_missing": (
        "The text itself is not ours to publish. With your own copy, serve --source FILE shows it beside its claims.",
        "Den Text selbst dürfen wir nicht veröffentlichen. Mit eigener Abschrift zeigt ihn serve --source DATEI neben "
        "den Aussagen.",
    ),
    "thing": ("thing", "Sache"),
    "things": ("Things", "Sachen"),
    "timeline": ("Timeline", "Zeitleiste"),
    "unplaced": ("without coordinates", "ohne Koordinaten"),
    "used": ("used", "genutzt"),
    "validate": ("Validate", "Prüfen"),
    "views": ("Views", "Ansichten"),
    "without_values": ("The same page without these values", "Dieselbe Seite ohne diese Werte"),
    "ways_in": ("Ways in", "Wege hinein"),
}


TOPICS: dict[str, tuple[str, str]] = {
    "actors": ("Actors and networks", "Akteure und Netzwerke"),
    "agreements": ("Agreements and negotiations", "Abkommen und Verhandlungen"),
    "documents": ("Documents and declarations", "Dokumente und Erklärungen"),
    "evidence": ("Passages and evidence", "Textstellen und Belege"),
    "finance": ("Funds and funding", "Fonds und Förderung"),
    "forums": ("Forums and events", "Foren und Ereignisse"),
    "initiatives": ("Initiatives and projects", "Initiativen und Projekte"),
    "instruments": ("Indicator instruments", "Indikatoren und Instrumente"),
    "ontology": ("The ontology itself", "Die Ontologie selbst"),
    "people": ("People", "Menschen"),
    "statistics": ("Figures", "Zahlen"),
    "status": ("How far things have come", "Wie weit die Dinge sind"),
    "themes": ("Themes, motives, recommendations", "Themen, Motive, Empfehlungen"),
}


def text(key: str, language: str) -> str:
    """A text of the pages in one of their languages."""
    return TEXTS[key][language == "de"]

"""What goes wrong, as a page says it in German; and what each status means, in both languages."""

from __future__ import annotations

TITLES: dict[str, str] = {  # German by the English title that problem documents have
    "A parameter is missing or wrong": "Ein Parameter fehlt oder stimmt nicht",
    "Bad Request": "So ist die Anfrage nicht zu verstehen",
    "Method Not Allowed": "Hier nicht möglich",
    "No such query": "Diese Abfrage gibt es nicht",
    "None of the formats asked for is offered": "Keines der gewünschten Formate gibt es hier",
    "Not Acceptable": "Keines der gewünschten Formate gibt es hier",
    "Not Found": "Nicht gefunden",
    "Nothing is known of this": "Darüber ist nichts bekannt",
    "Request Entity Too Large": "Die Anfrage ist zu groß",
    "Request URI Too Large": "Die Adresse ist zu lang",
    "The answer is larger than the limit": "Die Antwort ist größer als erlaubt",
    "The engine does not answer": "Die Datenbank antwortet nicht",
    "The engine failed on this query": "Die Datenbank scheiterte an dieser Abfrage",
    "The query is not valid": "Die Abfrage ist nicht gültig",
    "The query needs more than it may have": "Die Abfrage braucht mehr, als sie bekommt",
    "The query ran out of time": "Die Zeit reichte der Abfrage nicht",
    "The request breaks the SPARQL Protocol": "Die Anfrage hält sich nicht an das SPARQL-Protokoll",
    "The request breaks HTTP/1.1": "Die Anfrage hält sich nicht an HTTP/1.1",
    "The request is too large": "Die Anfrage ist zu groß",
    "The server is busy": "Der Server ist ausgelastet",
    "The submission needs more than it may have": "Die Einreichung braucht mehr, als sie bekommt",
    "This endpoint is read-only": "Hier kann nur gelesen werden",
    "This media type is not read here": "Dieser Medientyp wird hier nicht gelesen",
    "This was withdrawn": "Dies wurde zurückgezogen",
    "Too many requests": "Zu viele Anfragen",
    "Internal Server Error": "Etwas ist schiefgegangen",
    "Something went wrong": "Etwas ist schiefgegangen",
    "Unsupported Media Type": "Dieser Medientyp wird hier nicht gelesen",
}
MEANINGS: dict[int, tuple[str, str]] = {
    400: ("The request can not be answered as it is.", "So, wie sie ist, lässt sich die Anfrage nicht beantworten."),
    403: ("Nothing can be changed here.", "Hier lässt sich nichts ändern."),
    404: ("There is nothing at this address.", "An dieser Adresse ist nichts."),
    405: ("This address does not take such a request.", "Diese Adresse nimmt keine solche Anfrage an."),
    406: ("This is there in other formats.", "Dies gibt es in anderen Formaten."),
    410: ("This was published once and is not any more.", "Dies war einmal veröffentlicht und ist es nicht mehr."),
    413: ("Send less, or ask for less.", "Bitte weniger schicken oder nach weniger fragen."),
    415: ("Send it in another format.", "Bitte in einem anderen Format schicken."),
    429: ("Please wait a moment before you go on.", "Bitte einen Augenblick warten."),
    500: ("This is our mistake, not yours.", "Das ist unser Fehler, nicht Ihrer."),
    503: ("Please try again in a moment.", "Bitte gleich noch einmal versuchen."),
    504: ("Ask for less: fewer patterns, a LIMIT.", "Bitte nach weniger fragen: weniger Muster, ein LIMIT."),
}


def title_in(language: str, title: str) -> str:
    """The title of a problem in a language; in English where there is no other."""
    return TITLES.get(title, title) if language == "de" else title


def meaning_in(language: str, status: int) -> str:
    """What a status means for the reader; nothing for a rare one."""
    return MEANINGS.get(status, ("", ""))[language == "de"]

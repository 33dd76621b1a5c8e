"""XML Schema 1.0 and 1.1: the format `xml`."""

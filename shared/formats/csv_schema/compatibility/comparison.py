from shared.model import Finding


def compare(a, b):
    return ()

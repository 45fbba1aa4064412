"""Pages that are opened with a code, by whoever has it."""


def kept_private(page):
    """A page that no other site shows, and whose address leaves with no link."""
    page.headers["X-Frame-Options"] = "DENY"
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store"
    return page

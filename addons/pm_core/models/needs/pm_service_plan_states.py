"""States of the versions of a service plan."""

# a version that is being worked on; a chain has one at most
OPEN_STATES = ("draft", "approval", "approved")
# what was handed to the customer may be looked at by the customer
SHOWN_STATES = ("presented", "accepted", "declined", "replaced")
# what follows from the steps, and what the customer said
STEPS = {
    *("name", "version", "origin_id", "previous_id", "presented_date"),
    *("signed_on", "signature", "revision_comment"),
}

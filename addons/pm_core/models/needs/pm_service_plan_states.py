"""States of the versions of a service plan."""

# a version that is being worked on; a chain has one at most
OPEN_STATES = ("draft", "approval", "approved")
# what was handed to the customer may be looked at by the customer
SHOWN_STATES = ("presented", "accepted", "declined", "replaced")

"""States of the versions of a service plan."""

# a version that is being worked on; a chain has one at most
OPEN_STATES = ("draft", "approval", "approved")
# in these states the customer has been handed the plan, and may look at it
SHOWN_STATES = ("presented", "accepted", "declined", "replaced")

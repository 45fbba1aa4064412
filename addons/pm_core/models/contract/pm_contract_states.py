"""States of a contract, and which fields its terms own."""

# Before a contract takes effect, while it does, and after.
PENDING = ("draft", "approval", "approved", "signed")
IN_FORCE = ("active", "expiring")
# A contract in one of these states is changed by an amendment.
AMENDABLE = ("signed", *IN_FORCE)
OVER = ("renewed", "terminated", "ended")
# Contracts that may not cover the same property at the same time.
SERVICE_KINDS = ("preliminary", "owners")
# As what the other party signs.
PARTY_ROLES = {
    "preliminary": "developer",
    "tenant": "tenant",
    "supplier": "supplier",
}
# What was agreed: fixed once a contract leaves the draft.
TERMS = {
    "title",
    "kind",
    "partner_id",
    "estate_id",
    "property_ids",
    "date_from",
    "date_to",
    "line_ids",
    "clause_ids",
    "note",
    "amount",
    "fee_basis",
    "commission_method",
    "commission_rate",
    "commission_amount",
    "notice_days",
    "notice_days_other",
    "party_ids",
    "predecessor_id",
}

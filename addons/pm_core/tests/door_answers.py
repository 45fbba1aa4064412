"""Methods that answer whoever calls them, with anybody's records, and why they may.

All others have to refuse a call with records that the caller may not read. An answer
does nothing in any case: the walk counts the rows that were touched.
"""

_ADDRESS = (
    "The address of a paper has its id, which the caller named; the secret that opens "
    "it is added for those alone who may hand the paper over."
)
ANSWERS = {
    "pm.access.pass.gate_today": "A gate that the guard may not read is taken for "
    "none: the page shows the own gates.",
    "pm.contract.get_portal_url": _ADDRESS,
    "pm.service.plan.get_portal_url": _ADDRESS,
}
_SAMPLE = "A sample of the letters of the user's own company, whichever is named."
# Reports that answer anybody with a page, on which nothing of the record stands.
EMPTY_PAGES = {
    "account.report_original_vendor_bill": "The scans are put into the PDF, read "
    "as the user; the page is empty.",
    "product.report_pricelist": "What it shows is named by the dialog that prints it.",
    "web.preview_externalreport": _SAMPLE,
    "web.preview_internalreport": _SAMPLE,
    "web.preview_layout_report": _SAMPLE,
}
# Models with methods of ours and without records that belong to anybody.
NOBODYS = {
    "ir.actions.report": "how the server prints",
    "ir.ui.menu": "menus are cut to the groups of whoever asks",
}

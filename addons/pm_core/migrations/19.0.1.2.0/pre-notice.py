def migrate(cr, version):
    """Why a message failed is a value now, said in the language of the reader.

    What was stored as a text stays as what the other side said.
    """
    cr.execute("ALTER TABLE pm_notice_delivery RENAME COLUMN error TO detail")
    cr.execute("ALTER TABLE pm_notice_delivery ADD COLUMN problem varchar")
    cr.execute(
        "UPDATE pm_notice_delivery SET problem = 'other' WHERE detail IS NOT NULL"
    )

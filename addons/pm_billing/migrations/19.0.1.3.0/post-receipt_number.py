def migrate(cr, version):
    """Receipts keep the numbers they have; new ones follow the highest of the year."""
    cr.execute(
        r"""
        UPDATE pm_receipt
           SET series = substring(name FROM '^(.*?)[0-9]+$'),
               number = substring(name FROM '([0-9]+)$')::int
         WHERE number IS NULL
           AND name ~ '^.*?[0-9]{1,9}$'
        """
    )
    cr.execute(
        """
        UPDATE pm_receipt receipt
           SET turn = counted.turn
          FROM (SELECT id, row_number() OVER (
                           PARTITION BY company_id, partner_id ORDER BY id) AS turn
                  FROM pm_receipt) counted
         WHERE counted.id = receipt.id
           AND receipt.turn IS NULL
        """
    )

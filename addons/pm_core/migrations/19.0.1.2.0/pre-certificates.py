# What came with the certificates without a name, and how it is found.
NAMELESS = {
    ("hr_skill_other_certificate", "hr.skill"): """
        SELECT min(id) FROM hr_skill
         WHERE skill_type_id = %(kind)s AND name->>'en_US' = 'Other Certificate'
    """,
    ("hr_skill_level_certified", "hr.skill.level"): """
        SELECT min(id) FROM hr_skill_level WHERE skill_type_id = %(kind)s
    """,
}


def migrate(cr, version):
    """Give names to shipped records, so that they are not shipped once more.

    Only what has a name is translated.
    """
    cr.execute(
        "SELECT res_id FROM ir_model_data "
        "WHERE module = 'pm_core' AND name = 'hr_skill_type_certificate'"
    )
    kind = cr.fetchone()
    for (name, model), query in NAMELESS.items() if kind else ():
        cr.execute(query, {"kind": kind[0]})
        (found,) = cr.fetchone()
        if found:
            cr.execute(
                "INSERT INTO ir_model_data (module, name, model, res_id, noupdate) "
                "VALUES ('pm_core', %s, %s, %s, TRUE) ON CONFLICT DO NOTHING",
                [name, model, found],
            )

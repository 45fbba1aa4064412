"""The people of the demo."""


def acting(env, login):
    """Return ``env`` of a demo user; all at once, without queue workers."""
    user = env["res.users"].search([("login", "=", login)])
    company = user.company_id
    return env(
        user=user,
        context={
            "lang": user.lang,
            "tz": user.tz,
            "allowed_company_ids": company.ids,
            "queue_job__no_delay": True,
        },
        su=False,
    )

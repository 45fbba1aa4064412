from odoo.exceptions import AccessError


def check_manager(env, why):
    """Refuse a step that estate managers take, and those above them.

    Programs (``sudo``) may take it for anybody.

    :param why: what the user is told: the reason, and whom to ask
    :raises AccessError: the user is no estate manager
    """
    if not env.su and not env.user.has_group("pm_core.group_pm_estate_manager"):
        raise AccessError(why)

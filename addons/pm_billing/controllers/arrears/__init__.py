from . import portal_reminder

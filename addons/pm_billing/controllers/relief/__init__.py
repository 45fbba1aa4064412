from . import portal_vacancy

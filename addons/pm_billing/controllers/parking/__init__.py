from . import portal_parking

from . import portal_meters

from . import portal_facilities

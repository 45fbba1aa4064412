from . import portal_property

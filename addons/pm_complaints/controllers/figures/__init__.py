from . import hotline

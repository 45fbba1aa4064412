from . import emergency_call

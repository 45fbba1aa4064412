from .test_budget import *

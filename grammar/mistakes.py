from .place import Place
from . import complaints
def explain(p):
    return complaints.not_expected(p.here.span, p.here.type, str(sorted(p.accepts)))

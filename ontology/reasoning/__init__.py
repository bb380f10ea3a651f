"""What follows from the ontology: rules for SPARQL engines, HermiT and Pellet for the editor."""

from .compile import compile_rules
from .derive import Way, ways
from .infer import InferenceReport, infer
from .maintain import Change, maintain
from .rules import Atom, OutsideFragment, Rule, RuleSet

__all__ = [
    "Atom",
    "Change",
    "InferenceReport",
    "OutsideFragment",
    "Rule",
    "RuleSet",
    "Way",
    "compile_rules",
    "infer",
    "maintain",
    "ways",
]

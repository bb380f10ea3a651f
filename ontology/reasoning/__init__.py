"""What follows from the ontology: rules for SPARQL engines, HermiT and Pellet for the editor."""

from .compile import compile_rules
from .infer import InferenceReport, infer
from .rules import Atom, OutsideFragment, Rule, RuleSet

__all__ = ["Atom", "InferenceReport", "OutsideFragment", "Rule", "RuleSet", "compile_rules", "infer"]

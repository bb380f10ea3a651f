"""The closed lists of words of the format, each word standing for a term of the ontology."""

from __future__ import annotations

from typing import Final

from ...ontology.names import DTV
from .kinds import Choice

VALUE_TYPE: Final = Choice(
    {
        "economic": DTV.value_economic,
        "political": DTV.value_political,
        "social": DTV.value_social,
        "strategic": DTV.value_strategic,
        "quality-of-life": DTV.value_quality_of_life,
        "ideological": DTV.value_ideological,
        "stewardship": DTV.value_stewardship,
    }
)


DIMENSION: Final = Choice(
    {
        "strategic": DTV.dimension_strategic,
        "structural": DTV.dimension_structural,
        "relational": DTV.dimension_relational,
        "informational": DTV.dimension_informational,
        "decisional": DTV.dimension_decisional,
    }
)


ACTION_KIND: Final = Choice(
    {
        "foundation-deployment": DTV.action_foundation_deployment,
        "data-strategy": DTV.action_data_strategy,
        "organisational-transformation": DTV.action_organisational_transformation,
        "change-support": DTV.action_change_support,
    }
)


TOOL_KIND: Final = Choice(
    {
        "optical-fibre": DTV.tool_optical_fibre,
        "participatory-budget": DTV.tool_participatory_budget,
        "solidarity-social-network": DTV.tool_solidarity_social_network,
        "hackathon": DTV.tool_hackathon,
        "civic-tech": DTV.tool_civic_tech,
        "digital-twin": DTV.tool_digital_twin,
        "satisfaction-measurement": DTV.tool_satisfaction_measurement,
    }
)


PHASE_KIND: Final = Choice(
    {
        "initialisation": DTV.phase_initialisation,
        "foundation-deployment": DTV.phase_foundation_deployment,
        "foundation-stabilisation": DTV.phase_foundation_stabilisation,
        "experimentation": DTV.phase_experimentation,
        "scaling-up": DTV.phase_scaling_up,
        "usage-amplification": DTV.phase_usage_amplification,
    }
)


MECHANISM: Final = Choice(
    {
        "efficiency": DTV.mechanism_efficiency,
        "effectiveness": DTV.mechanism_effectiveness,
        "intrinsic-enhancement": DTV.mechanism_intrinsic_enhancement,
        "transparency": DTV.mechanism_transparency,
        "participation": DTV.mechanism_participation,
        "collaboration": DTV.mechanism_collaboration,
    }
)


LEVEL: Final = Choice(
    {
        "political-1": DTV.political_1,
        "political-2": DTV.political_2,
        "political-3": DTV.political_3,
        "political-4": DTV.political_4,
        "administrative-1": DTV.administrative_1,
        "administrative-2": DTV.administrative_2,
        "administrative-3": DTV.administrative_3,
        "administrative-4": DTV.administrative_4,
    }
)


ROLE: Final = Choice(
    {
        "epci-president": DTV.role_epci_president,
        "group-of-mayors": DTV.role_group_of_mayors,
        "mayor": DTV.role_mayor,
        "group-of-elected": DTV.role_group_of_elected,
        "dedicated-elected": DTV.role_dedicated_elected,
        "dgs-epci": DTV.role_dgs_epci,
        "dgs-municipality": DTV.role_dgs_municipality,
        "dsi": DTV.role_dsi,
        "line-directorate": DTV.role_line_directorate,
    }
)


OBJECTIVE_QUALITY: Final = Choice(
    {
        "context-adapted": DTV.quality_context_adapted,
        "multidimensional": DTV.quality_multidimensional,
        "use-cases": DTV.quality_use_cases,
    }
)


DIFFICULTY_KIND: Final = Choice(
    {
        "phasing": DTV.difficulty_phasing,
        "network-governance": DTV.difficulty_network_governance,
        "resources": DTV.difficulty_resources,
    }
)


SUBJECTS: Final = (
    "project",
    "policy",
    "action",
    "tool",
    "use-case",
    "practice",
    "arrangement",
    "objective",
    "phase",
)

"""Names of places as people write them: their forms, and what a text says beside a name."""

from __future__ import annotations

import pytest
from digiterr.loaders.matching.names import abbreviates, fold, forms, same_words
from digiterr.loaders.matching.similarity import SAME_CORE, likeness
from digiterr.loaders.matching.wording import wordings
from digiterr.ontology.names import DT
from hypothesis import given
from hypothesis import strategies as st

SAME = [
    ("L'Haÿ-les-Roses", "hay les roses"),
    ("L’Haÿ-les-Roses", "L'HAY LES ROSES"),
    ("Saint-Étienne", "st etienne"),
    ("Sainte-Colombe", "Ste. Colombe"),
    ("Chalon-sur-Saône", "Chalon s/ Saône"),
    ("Condé-sous-Sarcelles", "Conde s/s Sarcelles"),
    ("Villiers-lès-Nancy", "Villiers-lez-Nancy"),
    ("Le Mans", "Mans (Le)"),
    ("L'Isle-Adam", "Isle-Adam (L')"),
    ("Notre-Dame-de-Bondeville", "N.-D. de Bondeville"),
    ("Œuilly", "oeuilly"),
    ("Paris 15e Arrondissement", "paris 15eme arrondissement"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_ways_of_writing_a_name_share_its_key(one: str, other: str) -> None:
    assert forms(one).key == forms(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bourg-en-Bresse", "Bourg Bresse"),
        ("Saint-Germain-l'Herm", "Saint Germain Herm"),
        ("Le Pays-de-Gex", "pays gex"),
    ],
)
def test_linking_words_are_no_part_of_the_core(one: str, other: str) -> None:
    assert forms(one).core == forms(other).core
    assert forms(one).key != forms(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Vienne", "Vianne"), ("Saint-Paul", "Saint-Pol"), ("Bois", "Bois-le-Roi"), ("Neuville", "Neuvelle")],
)
def test_other_names_are_not_the_same(one: str, other: str) -> None:
    assert likeness(forms(one), forms(other)) < SAME_CORE


def test_the_more_letters_are_wrong_the_less_alike_names_are() -> None:
    right = forms("Villefranche-sur-Saône")
    alike = [
        likeness(right, forms(text))
        for text in (
            "villefranche-sur-saone",
            "Villefranche Saône",
            "Vilelfranche-sur-Saône",
            "Vilelfranche-sur-Saonne",
        )
    ]
    assert alike == sorted(alike, reverse=True)
    assert len(set(alike)) == len(alike)


def test_abbreviations_begin_as_the_word_does_and_keep_the_order_of_its_letters() -> None:
    assert abbreviates("mgne", "montagne")
    assert abbreviates("chat", "chateau")
    assert not abbreviates("gmne", "montagne")
    assert not abbreviates("bayone", "bayonne")  # a letter missing is no abbreviation
    assert same_words("chat thierry", "chateau thierry")
    assert not same_words("mans", "manas")


@given(st.text(max_size=40))
def test_any_text_has_forms_and_wordings(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for one in wordings(text):
        assert one.name.words == one.name.words.strip()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Ville de Rennes", "rennes", DT.MunicipalTerritory),
        ("Mairie d'Avray", "avray", DT.MunicipalTerritory),
        ("CC du Pays de Gex", "pays de gex", DT.IntermunicipalTerritory),
        ("Communauté d'agglomération de l'Albigeois", "albigeois", DT.IntermunicipalTerritory),
        ("Rennes Métropole", "rennes", DT.IntermunicipalTerritory),
        ("Conseil départemental de la Gironde", "gironde", DT.DepartmentTerritory),
        ("Loire (département)", "loire", DT.DepartmentTerritory),
        ("Région Bretagne", "bretagne", DT.RegionTerritory),
        ("Paris 12e", "paris 12 arrondissement", DT.SubmunicipalTerritory),
    ],
)
def test_the_words_for_a_kind_tell_it(text: str, name: str, kind: object) -> None:
    assert any(one.name.words == name and kind in one.kinds for one in wordings(text))


def test_a_name_that_begins_like_a_kind_is_also_read_whole() -> None:
    assert [(one.name.words, bool(one.kinds)) for one in wordings("Ville-d'Avray")] == [
        ("ville d avray", False),
        ("avray", True),
    ]


@pytest.mark.parametrize(
    ("text", "name", "around", "codes"),
    [
        ("Saint-Denis (93)", "saint denis", ("93",), ()),
        ("Saint-Denis (Seine-Saint-Denis)", "saint denis", ("seine saint denis",), ()),
        ("Sainte-Colombe, Rhône", "sainte colombe", ("rhone",), ()),
        ("Agen 47", "agen", ("47",), ()),
        ("Ajaccio - 2A", "ajaccio", ("2a",), ()),
        ("35000 Rennes", "rennes", (), ("35000",)),
        ("Rennes Cedex 7", "rennes cedex 7", (), ()),
        ("35042 Rennes Cedex", "rennes", (), ("35042",)),
        ("35238", "35238", (), ("35238",)),
        ("213502388 00019", "21350238800019", (), ("213502388",)),
    ],
)
def test_places_and_codes_beside_a_name(
    text: str, name: str, around: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert (name, around, codes) in [(one.name.words, one.around, one.codes) for one in wordings(text)]

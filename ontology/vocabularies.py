"""The outside vocabularies that code speaks, and which of their terms: what `names_writer` writes out.

A term that code needs and that is missing is added here; then `python -m digiterr.ontology.names_writer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A namespace with its usual prefix and the local names of the terms in use."""

    prefix: str
    namespace: str
    terms: tuple[str, ...]


def _vocabulary(prefix: str, namespace: str, terms: str) -> Vocabulary:
    return Vocabulary(prefix, namespace, tuple(sorted(set(terms.split()))))


VOCABULARIES: Final = (
    _vocabulary(
        "rdf",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "HTML JSON List Property Statement first langString nil object predicate rest subject type value",
    ),
    _vocabulary(
        "rdfs",
        "http://www.w3.org/2000/01/rdf-schema#",
        "Class Datatype Literal Resource comment domain isDefinedBy label member range seeAlso subClassOf "
        "subPropertyOf",
    ),
    _vocabulary(
        "owl",
        "http://www.w3.org/2002/07/owl#",
        "AllDifferent AllDisjointClasses AllDisjointProperties AnnotationProperty AsymmetricProperty "
        "Axiom Class DatatypeProperty FunctionalProperty InverseFunctionalProperty IrreflexiveProperty "
        "NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology ReflexiveProperty "
        "Restriction SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty "
        "annotatedSource annotatedTarget backwardCompatibleWith bottomDataProperty bottomObjectProperty "
        "cardinality complementOf deprecated differentFrom disjointUnionOf disjointWith distinctMembers "
        "equivalentClass equivalentProperty hasKey hasSelf hasValue imports incompatibleWith "
        "intersectionOf inverseOf maxCardinality maxQualifiedCardinality members minCardinality "
        "minQualifiedCardinality onClass onDataRange onDatatype onProperty oneOf priorVersion "
        "propertyChainAxiom propertyDisjointWith qualifiedCardinality sameAs someValuesFrom "
        "topDataProperty topObjectProperty unionOf versionIRI versionInfo withRestrictions",
    ),
    _vocabulary(
        "xsd",
        "http://www.w3.org/2001/XMLSchema#",
        "anyURI boolean date dateTime dateTimeStamp decimal double duration float gYear gYearMonth "
        "hexBinary integer language length maxExclusive maxInclusive maxLength minExclusive minInclusive "
        "minLength nonNegativeInteger pattern positiveInteger string",
    ),
    _vocabulary(
        "skos",
        "http://www.w3.org/2004/02/skos/core#",
        "Collection Concept ConceptScheme OrderedCollection altLabel broadMatch broader broaderTransitive "
        "changeNote closeMatch definition editorialNote exactMatch example hasTopConcept hiddenLabel "
        "historyNote inScheme mappingRelation member memberList narrowMatch narrower narrowerTransitive "
        "notation note prefLabel related relatedMatch scopeNote semanticRelation topConceptOf",
    ),
    _vocabulary(
        "dcterms",
        "http://purl.org/dc/terms/",
        "Agent Frequency LicenseDocument LinguisticSystem Location MediaType MediaTypeOrExtent PeriodOfTime "
        "ProvenanceStatement RightsStatement Standard abstract accessRights accrualPeriodicity "
        "bibliographicCitation conformsTo contributor created creator date dateSubmitted description extent "
        "format hasPart hasVersion "
        "identifier isPartOf isReferencedBy isReplacedBy isVersionOf issued language license modified "
        "provenance publisher references relation replaces rights source spatial subject temporal title type "
        "valid",
    ),
    _vocabulary("dc", "http://purl.org/dc/elements/1.1/", "publisher"),
    _vocabulary(
        "prov",
        "http://www.w3.org/ns/prov#",
        "Activity Agent Association Bundle Collection Entity Organization Person Plan SoftwareAgent agent "
        "alternateOf atLocation endedAtTime generatedAtTime hadPlan hadPrimarySource invalidatedAtTime "
        "qualifiedAssociation specializationOf startedAtTime used value wasAssociatedWith wasAttributedTo "
        "wasDerivedFrom wasGeneratedBy wasInformedBy wasQuotedFrom wasRevisionOf",
    ),
    _vocabulary(
        "org",
        "http://www.w3.org/ns/org#",
        "FormalOrganization Membership Organization OrganizationalCollaboration OrganizationalUnit Post "
        "Role classification hasMember hasMembership hasSubOrganization hasUnit identifier linkedTo "
        "member memberDuring memberOf organization purpose role siteAddress subOrganizationOf unitOf",
    ),
    _vocabulary(
        "qb",
        "http://purl.org/linked-data/cube#",
        "AttributeProperty CodedProperty ComponentSpecification DataSet DataStructureDefinition "
        "DimensionProperty MeasureProperty Observation attribute codeList component componentAttachment "
        "componentProperty componentRequired concept dataSet dimension measure observation order "
        "structure",
    ),
    _vocabulary(
        "time",
        "http://www.w3.org/2006/time#",
        "Instant Interval ProperInterval TemporalEntity hasBeginning hasEnd hasTime inXSDDate "
        "inXSDDateTimeStamp inXSDgYear",
    ),
    _vocabulary(
        "dcat",
        "http://www.w3.org/ns/dcat#",
        "Catalog CatalogRecord DataService Dataset DatasetSeries Distribution Relationship Resource "
        "accessService accessURL bbox byteSize catalog centroid compressFormat contactPoint dataset "
        "distribution downloadURL endDate endpointDescription endpointURL hadRole hasCurrentVersion "
        "hasVersion inSeries isVersionOf keyword landingPage mediaType packageFormat prev previousVersion "
        "qualifiedRelation record servesDataset service spatialResolutionInMeters startDate "
        "temporalResolution theme themeTaxonomy version",
    ),
    _vocabulary(
        "foaf",
        "http://xmlns.com/foaf/0.1/",
        "Agent Document Group Organization Person Project account familyName givenName homepage "
        "isPrimaryTopicOf mbox member name page primaryTopic topic",
    ),
    _vocabulary(
        "geo",
        "http://www.opengis.net/ont/geosparql#",
        "Feature Geometry asGeoJSON asWKT geoJSONLiteral hasBoundingBox hasCentroid hasDefaultGeometry "
        "hasGeometry wktLiteral",
    ),
    _vocabulary(
        "sf",
        "http://www.opengis.net/ont/sf#",
        "Geometry MultiPolygon Point Polygon",
    ),
    _vocabulary(
        "sdmx_dimension",
        "http://purl.org/linked-data/sdmx/2009/dimension#",
        "refArea refPeriod timePeriod",
    ),
    _vocabulary(
        "cito",
        "http://purl.org/spar/cito/",
        "cites citesAsAuthority citesAsDataSource citesAsEvidence citesForInformation isCitedBy "
        "obtainsBackgroundFrom usesMethodIn",
    ),
    _vocabulary(
        "fabio",
        "http://purl.org/spar/fabio/",
        "Book ConferencePaper DoctoralThesis Expression JournalArticle Presentation Report WebPage Work",
    ),
    _vocabulary(
        "bibo",
        "http://purl.org/ontology/bibo/",
        "Conference Document Slide Slideshow doi organizer presentedAt",
    ),
    _vocabulary(
        "schema",
        "https://schema.org/",
        "Dataset Event Organization Person Project Question ResearchProject Role affiliation author "
        "contributor dateModified description endDate identifier location name organizer position roleName "
        "sameAs startDate url",
    ),
    _vocabulary(
        "oa",
        "http://www.w3.org/ns/oa#",
        "Annotation FragmentSelector SpecificResource TextQuoteSelector exact hasBody hasSelector "
        "hasSource hasTarget prefix suffix",
    ),
    _vocabulary(
        "cv",
        "http://data.europa.eu/m8g/",
        "AdminUnit ContactPoint PublicOrganisation contactPoint hasCompetentAuthority spatial",
    ),
    _vocabulary(
        "cpsv",
        "http://purl.org/vocab/cpsv#",
        "PublicService",
    ),
    _vocabulary(
        "eli",
        "http://data.europa.eu/eli/ontology#",
        "LegalResource",
    ),
    _vocabulary(
        "locn",
        "http://www.w3.org/ns/locn#",
        "Address address geometry postCode",
    ),
    _vocabulary(
        "igeo",
        "http://rdf.insee.fr/def/geo#",
        "Commune Departement Intercommunalite Region codeCommune codeDepartement codeINSEE codeRegion nom",
    ),
    _vocabulary(
        "void",
        "http://rdfs.org/ns/void#",
        "Dataset Linkset class classPartition classes dataDump distinctObjects distinctSubjects entities "
        "exampleResource feature inDataset properties property propertyPartition rootResource "
        "sparqlEndpoint subset triples uriRegexPattern uriSpace vocabulary",
    ),
    _vocabulary(
        "rs",  # result sets of W3C's SPARQL tests
        "http://www.w3.org/2001/sw/DataAccess/tests/result-set#",
        "ResultSet binding index resultVariable solution value variable",
    ),
    _vocabulary(
        "sd",
        "http://www.w3.org/ns/sparql-service-description#",
        "BasicFederatedQuery Dataset DereferencesURIs EmptyGraphs Graph GraphCollection NamedGraph "
        "RequiresDataset SPARQL11Query SPARQL11Update Service UnionDefaultGraph availableGraphs "
        "defaultDataset defaultEntailmentRegime defaultGraph endpoint entailmentRegime extensionFunction "
        "feature graph graphGroup inputFormat languageExtension name namedGraph resultFormat "
        "supportedLanguage",
    ),
    _vocabulary(
        "sh",
        "http://www.w3.org/ns/shacl#",
        "BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Info Literal NodeShape "
        "PropertyShape SPARQLExecutable SPARQLSelectExecutable Shape ValidationReport ValidationResult "
        "Violation Warning alternativePath and ask class closed conforms datatype deactivated declare "
        "defaultValue description detail disjoint entailment equals flags focusNode group hasValue "
        "ignoredProperties in inversePath languageIn lessThan lessThanOrEquals maxCount maxExclusive "
        "maxInclusive maxLength message minCount minExclusive minInclusive minLength name namespace node "
        "nodeKind not oneOrMorePath or order path pattern prefix prefixes property qualifiedMaxCount "
        "qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result resultMessage "
        "resultPath resultSeverity rule select severity shapesGraph sourceConstraint "
        "sourceConstraintComponent sourceShape sparql target targetClass targetNode targetObjectsOf "
        "targetSubjectsOf uniqueLang value xone zeroOrMorePath zeroOrOnePath",
    ),
    _vocabulary(
        "adms",
        "http://www.w3.org/ns/adms#",
        "AssetRepository Identifier identifier schemaAgency status versionNotes",
    ),
    _vocabulary(
        "vcard",
        "http://www.w3.org/2006/vcard/ns#",
        "Kind Organization fn hasEmail hasURL",
    ),
    _vocabulary(
        "spdx",
        "http://spdx.org/rdf/terms#",
        "Checksum ChecksumAlgorithm algorithm checksum checksumAlgorithm_md5 checksumAlgorithm_sha1 "
        "checksumAlgorithm_sha256 checksumAlgorithm_sha512 checksumValue",
    ),
    _vocabulary(
        "vann",
        "http://purl.org/vocab/vann/",
        "example preferredNamespacePrefix preferredNamespaceUri",
    ),
    _vocabulary(
        "hydra",
        "http://www.w3.org/ns/hydra/core#",
        "Collection PagedCollection PartialCollectionView collection first itemsPerPage last next nextPage "
        "previous totalItems view",
    ),
    _vocabulary(
        "ldes",
        "https://w3id.org/ldes#",
        "EventSource EventStream RetentionPolicy immutable pollingInterval retentionPolicy timestampPath "
        "versionAmount versionDeleteObject versionDeletePath versionOfPath",
    ),
    _vocabulary(
        "tree",
        "https://w3id.org/tree#",
        "Collection GreaterThanOrEqualToRelation LessThanOrEqualToRelation Node Relation "
        "member node path relation remainingItems shape value view viewDescription",
    ),
    _vocabulary(
        "as",
        "https://www.w3.org/ns/activitystreams#",
        "Create Delete Remove Tombstone Update deleted object published",
    ),
    _vocabulary(
        "dqv",
        "http://www.w3.org/ns/dqv#",
        "QualityMeasurement hasQualityMeasurement isMeasurementOf value",
    ),
)

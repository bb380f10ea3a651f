import assert from "node:assert/strict";
import { test } from "node:test";
import { undeclared } from "../src/editor/prefixes";
import {
  classesOf,
  declared,
  expand,
  namesGraph,
  shorten,
  subjectAt,
  suggest,
  suggestGraphs,
  type Terms,
} from "../src/editor/suggestions";

const DT = "https://w3id.org/digiterr/ont#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const terms: Terms = {
  prefixes: { dt: DT, rdfs: RDFS },
  classes: [
    { iri: `${DT}MunicipalTerritory`, label: "territoire communal", count: 36000, mandatory: [`${DT}inseeCode`] },
    { iri: `${DT}CaseStudy`, label: "étude de cas", count: 4, mandatory: [] },
  ],
  properties: [
    { iri: `${RDFS}label`, label: null, count: 200000 },
    { iri: `${DT}inseeCode`, label: "code INSEE", count: 36000 },
    { iri: `${DT}population`, label: "population", count: 35000 },
    { iri: `${DT}studies`, label: "étudie", count: 4 },
  ],
  graphs: [
    { iri: "https://w3id.org/digiterr/graph/cases", label: "études de cas", count: 3000 },
    { iri: "https://w3id.org/digiterr/graph/geography", label: "découpage administratif", count: 900000 },
  ],
  having: { [`${DT}MunicipalTerritory`]: { [`${RDFS}label`]: 36000, [`${DT}inseeCode`]: 36000 } },
};
const query = `PREFIX dt: <${DT}>\nSELECT ?c WHERE { ?c a dt:MunicipalTerritory ; `;

void test("the class of the subject chooses its properties, those that a shape demands first", () => {
  const [first, second, third] = suggest("property", "", query, query, terms);
  assert.equal(first?.name, "dt:inseeCode");
  assert.equal(first.mandatory, true);
  assert.equal(first.of, 36000);
  assert.equal(second?.name, "rdfs:label");
  assert.equal(second.mandatory, false);
  assert.equal(third?.of, null);
});

void test("without a class, properties come by how often they are used", () => {
  const text = "SELECT * { ?x ";
  assert.deepEqual(
    suggest("property", "", text, text, terms).map((one) => one.name),
    ["rdfs:label", "dt:inseeCode", "dt:population", "dt:studies"],
  );
});

void test("a label is found without its accents, a name with its prefix", () => {
  assert.equal(suggest("class", "etude", "?x a etude", "", terms)[0]?.name, "dt:CaseStudy");
  assert.equal(suggest("class", "dt:Mun", "?x a dt:Mun", "", terms)[0]?.name, "dt:MunicipalTerritory");
  assert.equal(suggest("class", "xyzzy", "?x a xyzzy", "", terms).length, 0);
});

void test("a prefix of the query's own is used, and a name that a prefix cannot write stays an IRI", () => {
  const text = `PREFIX o: <${DT}> SELECT * { ?x a `;
  assert.equal(declared(text).o, DT);
  assert.match(suggest("class", "case", text, text, terms)[0]?.name ?? "", /^(o|dt):CaseStudy$/);
  assert.equal(shorten(`${DT}a/b`, terms.prefixes).name, `<${DT}a/b>`);
  assert.equal(expand("dt:x", terms.prefixes), `${DT}x`);
  assert.equal(expand("nope:x", terms.prefixes), null);
});

void test("the subject of a statement is found past dots in numbers, strings, IRIs and comments", () => {
  assert.equal(subjectAt('?a ?b 1.5 ; ?c "x. y" . # no. \n ?d dt:p <http://a.b/c> ; '), "?d");
  assert.equal(subjectAt("SELECT * { { ?a ?b ?c } ?e "), "?e");
  assert.equal(subjectAt("SELECT "), null);
});

void test("classes are those given to that subject alone, in lists and by either name of the property", () => {
  const text = `PREFIX dt: <${DT}> SELECT * { ?a a dt:A , dt:B . ?ab a dt:C . ?a rdf:type <urn:d> ; dt:p ?ab }`;
  assert.deepEqual(classesOf("?a", text), [`${DT}A`, `${DT}B`, "urn:d"]);
  assert.deepEqual(classesOf("?ab", text), [`${DT}C`]);
});

void test("graphs are offered after GRAPH and FROM, found by their names", () => {
  for (const text of ["SELECT * FROM ", "select * from named <http", "{ GRAPH ", "GRAPH <https://w3id.org/x#y"]) {
    assert.equal(namesGraph(text), true, text);
  }
  for (const text of ["GRAPH ?g ", "GRAPH <urn:a> ", "# FROM \n", '"FROM "', "?from "]) {
    assert.equal(namesGraph(text), false, text);
  }
  assert.equal(suggestGraphs("<", terms).length, 2);
  assert.deepEqual(
    suggestGraphs("<decoupage", terms).map((one) => one.name),
    ["<https://w3id.org/digiterr/graph/geography>"],
  );
  assert.equal(suggestGraphs("<https://w3id.org/digiterr/graph/ca", terms).length, 1);
});

void test("prefixes that are missing are those in use, known and not declared", () => {
  const known = terms.prefixes;
  assert.deepEqual(undeclared("SELECT * { ?x a dt:Thing ; rdfs:label ?l }", known), known);
  assert.deepEqual(undeclared(`PREFIX dt: <${DT}> SELECT * { ?x a dt:Thing }`, known), {});
  assert.deepEqual(undeclared('# dt:a\nSELECT * { ?dt <dt:b> "dt:c", nope:d }', known), {});
  assert.deepEqual(undeclared("PREFIX dt:", known), {});
});

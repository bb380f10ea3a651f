import assert from "node:assert/strict";
import { test } from "node:test";
import { formatted, words } from "../src/editor/formatting";

const query = `# why
PREFIX dt: <https://w3id.org/digiterr/ont#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?s (COUNT(DISTINCT *) AS ?n) WHERE { ?s a dt:CaseStudy ; dt:x "a; b . c"@fr , 1.5 . # so; what
OPTIONAL { ?s dt:y ?y } { ?s dt:a/^dt:b ?z } UNION { ?s dt:c [ a dt:D ; dt:e 2 ] . } FILTER(?y > 1.5 && ?y<=3) VALUES (?a ?b) { (1 2) (3 4) } } GROUP BY ?s ORDER BY DESC(?n) LIMIT 3`;

void test("a clause or a statement to a line, groups set in", () => {
  assert.equal(
    formatted(query),
    `# why
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?s (COUNT(DISTINCT *) AS ?n) WHERE {
  ?s a dt:CaseStudy ;
    dt:x "a; b . c"@fr , 1.5 . # so; what
  OPTIONAL {
    ?s dt:y ?y
  }
  {
    ?s dt:a/^dt:b ?z
  } UNION {
    ?s dt:c [ a dt:D ; dt:e 2 ] .
  }
  FILTER(?y > 1.5 && ?y<=3)
  VALUES (?a ?b) {
    (1 2) (3 4)
  }
}
GROUP BY ?s
ORDER BY DESC(?n)
LIMIT 3
`,
  );
});

void test("laid out again, it stays; and its words never change", () => {
  const odd = [query, "ASK{}", "select*{?a?b'''x\n\n y''';?c 2.}#end", "SELECT (1+2 AS ?x) {}", "}{ . ; 'unclosed\n {", ""];
  for (const one of odd) {
    assert.deepEqual(words(formatted(one)), words(one), one);
    assert.equal(formatted(formatted(one)), formatted(one), one);
  }
});

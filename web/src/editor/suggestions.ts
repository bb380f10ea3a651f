/** Which classes and properties suit a place in a query: in use in the graph, of the class of the subject first. */

export interface Term {
  iri: string;
  label: string | null;
  count: number;
}

export interface Terms {
  prefixes: Record<string, string>;
  classes: (Term & { mandatory: string[] })[];
  properties: Term[];
  graphs: Term[];
  /** Class → property → how many of its things have it. */
  having: Record<string, Record<string, number>>;
}

export interface Suggestion extends Term {
  name: string;
  prefix: string | null;
  /** How many things the class of the subject has, where it is known. */
  of: number | null;
  mandatory: boolean;
}

const MOST = 60;
const NOT_CODE = /<[^<>\s]*>|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g;

/** The IRI of a term as written: `<…>`, or a name with a prefix of the query. */
export function expand(written: string, prefixes: Record<string, string>): string | null {
  if (written.startsWith("<")) return written.replace(/^<|>$/g, "");
  const colon = written.indexOf(":");
  const namespace = prefixes[written.slice(0, colon)];
  return colon < 0 || namespace === undefined ? null : namespace + written.slice(colon + 1);
}

/** An IRI under the longest namespace that it begins with, and that namespace's prefix; null for none. */
export function shorten(iri: string, prefixes: Record<string, string>): { name: string; prefix: string | null } {
  let best = "";
  let found: string | null = null;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && namespace.length > best.length) [best, found] = [namespace, prefix];
  }
  const local = iri.slice(best.length);
  if (found === null || !/^[\w-]*$/.test(local)) return { name: `<${iri}>`, prefix: null };
  return { name: `${found}:${local}`, prefix: found };
}

/** Prefixes that a query declares. */
export function declared(query: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, prefix, namespace] of query.matchAll(/\bPREFIX\s+([\w-]*):\s*<([^>]*)>/gi)) {
    found[prefix ?? ""] = namespace ?? "";
  }
  return found;
}

/** A query without its comments, its strings kept as a mark. */
export function code(query: string): string {
  return query.replace(NOT_CODE, (text) => (text.startsWith("#") ? " " : text.startsWith("<") ? text : '""'));
}

/** Statements of a query: each the text between two of `. { }`. */
function statements(query: string): string[] {
  // A dot inside a number or an IRI ends nothing: one that ends a statement is followed by space or a brace.
  return code(query).split(/\.(?=\s|$|[{}])|[{}]/);
}

/** The subject of the statement at the end of a text: a variable or a name. */
export function subjectAt(before: string): string | null {
  const last = statements(before).at(-1)?.trim() ?? "";
  return /^[?$]\w+|^<[^>]*>|^[\w-]*:[\w-]*/.exec(last)?.[0] ?? null;
}

/** The IRIs of the classes that a query gives to a subject. */
export function classesOf(subject: string, query: string): string[] {
  const prefixes = declared(query);
  const found = new Set<string>();
  for (const statement of statements(query)) {
    const trimmed = statement.trim();
    if (!trimmed.startsWith(subject) || /^[\w-]/.test(trimmed.slice(subject.length))) continue;
    for (const clause of trimmed.slice(subject.length).split(";")) {
      const [, objects] = /^\s*(?:a|rdf:type)\s+(.*)$/s.exec(clause) ?? [];
      for (const written of objects?.split(",") ?? []) {
        const iri = expand(written.trim().split(/\s/)[0] ?? "", prefixes);
        if (iri) found.add(iri);
      }
    }
  }
  return [...found];
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function matches(term: Term, name: string, typed: string): boolean {
  if (typed === "" || typed === "<") return true;
  const wanted = folded(typed.replace(/^</, ""));
  const local = name.slice(name.indexOf(":") + 1);
  return (
    folded(name).startsWith(wanted) ||
    folded(local).includes(wanted) ||
    folded(term.label ?? "").includes(wanted) ||
    folded(term.iri).startsWith(wanted)
  );
}

/** Whether a graph is named at the end of a text: after GRAPH, FROM or FROM NAMED. */
export function namesGraph(before: string): boolean {
  return /(?<![\w?$:])(?:GRAPH|FROM(?:\s+NAMED)?)\s+$/i.test(code(before.replace(/<[^<>\s]*$/, "")));
}

/** The graphs of the sources, the largest first; found by their names or IRIs. */
export function suggestGraphs(typed: string, terms: Terms): Suggestion[] {
  return terms.graphs
    .map((graph) => ({ ...graph, name: `<${graph.iri}>`, prefix: null, of: null, mandatory: false }))
    .filter((one) => typed.length < 2 || matches(one, one.name, typed) || one.iri.includes(typed.slice(1)));
}

/** What suits the end of `before`, the text up to the cursor, of which `typed` is the last word. */
export function suggest(
  kind: "class" | "property",
  typed: string,
  before: string,
  query: string,
  terms: Terms,
): Suggestion[] {
  const prefixes = { ...terms.prefixes, ...declared(query) };
  const own = kind === "property" ? classesOf(subjectAt(before) ?? "?", query) : [];
  const having: Record<string, number> = {};
  const mandatory = new Set<string>();
  let things = 0;
  for (const { iri, count, mandatory: demanded } of terms.classes) {
    if (!own.includes(iri)) continue;
    things += count;
    for (const property of demanded) mandatory.add(property);
    for (const [property, times] of Object.entries(terms.having[iri] ?? {})) {
      having[property] = (having[property] ?? 0) + times;
    }
  }
  const known = Object.keys(having).length > 0;
  return (kind === "class" ? terms.classes : terms.properties)
    .map((term): Suggestion => {
      const held = known ? (having[term.iri] ?? 0) : term.count;
      const has = known && term.iri in having;
      return {
        iri: term.iri,
        label: term.label,
        count: has || !known ? held : term.count,
        ...shorten(term.iri, prefixes),
        of: has ? things : null,
        mandatory: mandatory.has(term.iri),
      };
    })
    .filter((one) => matches(one, one.name, typed))
    .sort(
      (a, b) =>
        Number(b.of !== null) - Number(a.of !== null) ||
        Number(b.mandatory) - Number(a.mandatory) ||
        b.count - a.count ||
        a.name.localeCompare(b.name),
    )
    .slice(0, MOST);
}

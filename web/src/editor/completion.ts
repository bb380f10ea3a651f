/** Completion of classes, properties and graphs in the editor, from what `/sparql/terms.json` says of the graph. */

import { type Hint, type Position, Yasqe } from "@zazuko/yasqe";
import { declared, namesGraph, type Suggestion, suggest, suggestGraphs, type Terms } from "./suggestions";
import { figure, words } from "./words";

let asked: Promise<Terms | null> | null = null;

/** What the graph holds, asked for once, when it is first needed. */
function held(): Promise<Terms | null> {
  asked ??= fetch("/sparql/terms.json")
    .then(async (answer) => (answer.ok ? ((await answer.json()) as Terms) : null))
    .catch(() => null)
    .then((terms) => {
      if (!terms?.classes.length) asked = null; // a new version is being counted: ask again later
      return terms;
    });
  return asked;
}

/** Register completers in place of those of Yasqe, which would ask services elsewhere; their names. */
export function registerCompleters(): string[] {
  for (const kind of ["class", "property", "graph"] as const) {
    let found = new Map<string, Suggestion>();
    let namespaces: Record<string, string> = {};
    // Yasqe knows where classes and properties stand, and nothing of graphs.
    const base = kind === "graph" ? "class" : kind;
    Yasqe.forkAutocompleter(base, {
      name: `held-${kind}`,
      ...(kind === "graph" ? { isValidCompletionPosition: (editor: Yasqe) => namesGraph(before(editor)) } : {}),
      ...(kind === "property" ? { isValidCompletionPosition: takesProperty } : {}),
      autoShow: true,
      bulk: false,
      preProcessToken: (_editor, token) => token,
      postProcessSuggestion: (_editor, _token, name) => name,
      async get(editor, token) {
        const terms = await held();
        if (!terms || !token) return [];
        const typed = token.string.trim();
        const suggested =
          kind === "graph"
            ? suggestGraphs(typed, terms)
            : suggest(kind, typed, before(editor), editor.getValue(), terms);
        namespaces = terms.prefixes;
        found = new Map(suggested.map((one) => [one.name, one]));
        return [...found.keys()];
      },
      postprocessHints: (editor, hints) =>
        hints.map((hint) => {
          const one = found.get(hint.text);
          return one ? described(editor, hint, one, namespaces) : hint;
        }),
    });
  }
  return ["variables", "held-class", "held-property", "held-graph"];
}

let wanted = false; // by Ctrl+Space: else a list would come up after each space, and take the Enter of a new line

/** Show what may come here. */
export function complete(editor: Yasqe): void {
  wanted = true;
  editor.autocomplete();
  wanted = false;
}

/** Whether a property may stand at the cursor; where nothing is typed yet, only when a list is asked for. */
function takesProperty(editor: Yasqe): boolean {
  const token = editor.getCompleteToken();
  if (/^[?$]/.test(token.string)) return false;
  const { possibleCurrent, possibleNext } = token.state as Record<"possibleCurrent" | "possibleNext", string[]>;
  return token.string.trim() ? possibleCurrent.includes("a") : wanted && possibleNext.includes("a");
}

/** The text up to the cursor. */
const before = (editor: Yasqe): string =>
  editor.getDoc().getRange({ line: 0, ch: 0 }, editor.getDoc().getCursor());

/** A hint that shows what is known of a term, and declares its prefix when it is picked. */
function described(editor: Yasqe, hint: Hint, one: Suggestion, namespaces: Record<string, string>): Hint {
  const picked = {
    ...hint,
    render(element: HTMLElement): void {
      const name = document.createElement("code");
      name.textContent = one.name;
      const about = document.createElement("span");
      const counted = one.of === null ? figure(one.count) : `${figure(one.count)} ${words.of} ${figure(one.of)}`;
      const rule = one.of === null ? "" : one.mandatory ? `, ${words.mandatory}` : `, ${words.optional}`;
      about.textContent = `${one.label ?? ""} (${counted}${rule})`.trim();
      element.append(name, about);
    },
    // show-hint calls this in place of its own insertion
    hint(_: unknown, { from, to }: { from: Position; to: Position }): void {
      const cursor = editor.getDoc().getCursor();
      const typed = editor.getDoc().getRange(hint.from ?? from, hint.to ?? to).trim();
      editor.getDoc().replaceRange(one.name, typed ? (hint.from ?? from) : cursor, typed ? (hint.to ?? to) : cursor);
      const namespace = one.prefix === null ? undefined : namespaces[one.prefix];
      if (one.prefix !== null && namespace !== undefined && !(one.prefix in declared(editor.getValue()))) {
        editor.addPrefixes({ [one.prefix]: namespace });
      }
    },
  };
  return picked;
}

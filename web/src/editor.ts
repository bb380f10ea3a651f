/** The SPARQL editor of the page `/sparql`: it takes the place of the text area, which works without it. */

import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor/editor.css";
import { Yasqe } from "@zazuko/yasqe";
import { Answering } from "./editor/answering";
import { complete, registerCompleters } from "./editor/completion";
import { formatted } from "./editor/formatting";
import { undeclared } from "./editor/prefixes";
import { Tabs } from "./editor/tabs";
import { download, type Edited, tools } from "./editor/tools";
import { words } from "./editor/words";

interface Example {
  name: string;
  question: string;
  text: string;
}

interface Options {
  getOption(name: "extraKeys"): Record<string, unknown>;
  setOption(name: "extraKeys", keys: Record<string, unknown>): void;
}

const form = document.querySelector<HTMLFormElement>("#editor");
const area = form?.querySelector("textarea");
const format = form?.querySelector("select");
const button = form?.querySelector<HTMLButtonElement>("button:not([type])");
if (form && area && format && button) enhance(form, area, format, button);

function enhance(
  form: HTMLFormElement,
  area: HTMLTextAreaElement,
  format: HTMLSelectElement,
  button: HTMLButtonElement,
): void {
  const opened = new URLSearchParams(location.search).get("query");
  const answers = new WeakMap<object, HTMLElement>(); // by tab
  const nothing = document.createElement("section");
  nothing.id = "answer";
  nothing.hidden = true;
  const tabs = new Tabs(opened, area.dataset.name, area.value, () => {
    editor.setValue(tabs.current.text);
    place(answers.get(tabs.current) ?? nothing);
    editor.focus();
  });
  const panel = document.createElement("div");
  panel.id = "query-panel";
  panel.setAttribute("role", "tabpanel");
  area.before(tabs.element, panel);
  area.hidden = true;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "small";
  button.after(status);

  Object.assign(Yasqe.defaults, { autocompleters: registerCompleters(), createShareableLink: null });
  const editor = new Yasqe(panel, {
    persistenceId: null,
    showQueryButton: false,
    prefixCcApi: null,
    resizeable: false,
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
  });
  editor.setValue(tabs.current.text);
  editor.setSize("100%", "auto"); // as high as the query, within the bounds of the style sheet
  const input = editor.getInputField();
  input.setAttribute("aria-label", words.editor);
  form.querySelector("label[for=query]")?.addEventListener("click", () => {
    editor.focus();
  });

  const answering = new Answering(button, status, (answer, tab) => {
    answers.set(tab, answer);
    if (tab !== tabs.current) return;
    place(answer);
    mark(answer);
    answer.querySelector("h2")?.scrollIntoView({ block: "nearest" });
  });
  const known: Record<string, string> = {};
  for (const [namespace, prefix] of Object.entries(JSON.parse(form.dataset.prefixes ?? "{}") as Record<string, string>)) {
    known[prefix.replace(/:$/, "")] = namespace;
  }
  const declare = (): void => {
    const missing = undeclared(editor.getValue(), known);
    if (Object.keys(missing).length) editor.addPrefixes(missing);
  };
  const run = (): void => {
    declare();
    tabs.write(editor.getValue());
    void answering.ask(tabs.current, { query: editor.getValue() });
  };
  const edited: Edited = {
    text: () => editor.getValue(),
    name: () => tabs.current.name,
    format: () => {
      editor.setValue(formatted(editor.getValue()));
      editor.focus();
    },
    open: (text, name) => {
      tabs.open(text, name);
    },
  };
  button.closest(".row")?.after(
    tools(edited, (text) => {
      status.textContent = text;
    }),
  );
  // Tab leaves the editor, as it leaves any field.
  const options = editor as unknown as Options; // its types know one option alone
  options.setOption("extraKeys", {
    ...options.getOption("extraKeys"),
    Tab: false,
    "Shift-Tab": false,
    "Ctrl-Space": () => {
      complete(editor);
    },
    "Ctrl-Enter": run,
    "Cmd-Enter": run,
    "Ctrl-S": () => {
      download(edited);
    },
    "Shift-Ctrl-F": edited.format,
  });
  editor.on("change", (...[, change]: unknown[]) => {
    unmark();
    area.value = editor.getValue();
    tabs.write(area.value);
    const { origin, text } = (change ?? {}) as { origin?: string; text?: string[] };
    if (origin === "+input" && text?.[0] === ":") declare();
  });
  form.addEventListener("submit", (event) => {
    area.value = editor.getValue();
    if (answering.running) {
      event.preventDefault();
      answering.stop();
    } else if (format.value === "html") {
      event.preventDefault();
      run();
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("#answer .views a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void answering.ask(tabs.current, { address: link.pathname + link.search });
  });
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query === null) {
      place(nothing);
      return;
    }
    tabs.open(query);
    void answering.ask(tabs.current, { address: location.pathname + location.search });
  });
  document.querySelector("#examples")?.addEventListener("submit", (event) => {
    const { value } = document.querySelector("#example") as HTMLSelectElement;
    event.preventDefault();
    if (value) {
      void example(value).then((one) => {
        if (!one) return;
        tabs.open(one.text, one.question);
        run();
      });
    }
  });
  const first = document.getElementById("answer");
  if (first && opened !== null) answers.set(tabs.current, first);
  mark(first);

  function place(answer: HTMLElement): void {
    document.getElementById("answer")?.replaceWith(answer);
  }

  /** Show the line that an error is about. */
  function mark(answer: HTMLElement | null): void {
    const line = Number(answer?.dataset.line);
    if (!line) return;
    editor.addLineClass(line - 1, "wrap", "faulty");
    editor.scrollIntoView({ line: line - 1, ch: 0 });
  }

  function unmark(): void {
    for (let line = 0; line < editor.getDoc().lineCount(); line += 1) {
      editor.removeLineClass(line, "wrap", "faulty");
    }
  }
}

let examples: Promise<Example[]> | null = null;

/** The stored query of that name; asked for with all others, when the first is wanted. */
async function example(name: string): Promise<Example | undefined> {
  examples ??= fetch("/sparql/examples.json").then((answer) => answer.json() as Promise<Example[]>);
  return (await examples).find((one) => one.name === name);
}
